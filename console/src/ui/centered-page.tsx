import { makeStyles } from "@fluentui/react-components";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  page: {
    display: "flex",
    flexDirection: "column",
    alignItems: "center",
    justifyContent: "center",
    gap: "1rem",
    minHeight: "100%",
    padding: "1rem",
    boxSizing: "border-box",
    textAlign: "center",
  },
});

export const CenteredPage = ({ children }: { readonly children: ReactNode }) => (
  <main className={useStyles().page}>{children}</main>
);
