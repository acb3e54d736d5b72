import { makeStyles, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  frame: { overflowX: "auto" },
  table: {
    width: "100%",
    borderCollapse: "collapse",
    backgroundColor: tokens.colorNeutralBackground1,
    "& th, & td": {
      padding: "0.5rem 0.75rem",
      textAlign: "start",
      borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    },
    "& th": { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  },
});

export interface TableProps {
  readonly label: string;
  readonly columns: readonly string[];
  /** The rows, each a `tr` with a cell for every column. */
  readonly children: ReactNode;
}

/** A table that scrolls by itself where the screen is narrow. */
export const Table = ({ label, columns, children }: TableProps) => {
  const styles = useStyles();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard
    <section className={styles.frame} aria-label={label} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
};
