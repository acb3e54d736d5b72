import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  bubble: {
    width: "fit-content",
    maxWidth: "min(36rem, 85%)",
    padding: "0.5rem 0.75rem",
    borderRadius: tokens.borderRadiusXLarge,
    boxSizing: "border-box",
    contentVisibility: "auto",
    containIntrinsicSize: "auto 4rem",
  },
  theirs: { backgroundColor: tokens.colorNeutralBackground1, border: `1px solid ${tokens.colorNeutralStroke2}` },
  ours: { backgroundColor: tokens.colorBrandBackground2, marginInlineStart: "auto" },
  note: {
    marginInlineStart: "auto",
    backgroundColor: tokens.colorPaletteYellowBackground1,
    border: `1px dashed ${tokens.colorPaletteYellowBorder2}`,
  },
  failed: { border: `1px solid ${tokens.colorPaletteRedBorder2}` },
  author: { fontSize: tokens.fontSizeBase200, fontWeight: tokens.fontWeightSemibold },
  text: { margin: 0, whiteSpace: "pre-wrap", overflowWrap: "anywhere" },
  footer: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: "0.5rem",
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
  },
});

export interface BubbleProps {
  readonly side: "theirs" | "ours" | "note";
  readonly author: string;
  readonly text: string;
  readonly hasFailed?: boolean;
  /** Time and state. */
  readonly children: ReactNode;
}

/** One text of a thread. */
export const Bubble = ({ side, author, text, hasFailed = false, children }: BubbleProps) => {
  const styles = useStyles();
  return (
    <div className={mergeClasses(styles.bubble, styles[side], hasFailed && styles.failed)}>
      <div className={styles.author}>{author}</div>
      <p className={styles.text} dir="auto">
        {text}
      </p>
      <div className={styles.footer}>{children}</div>
    </div>
  );
};
