import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
} from "@fluentui/react-components";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { ProblemBar } from "../../api/problem-bar.tsx";

const useStyles = makeStyles({ content: { display: "flex", flexDirection: "column", gap: "0.75rem" } });

export interface FormDialogProps {
  readonly title: string;
  readonly submit: string;
  readonly canSubmit: boolean;
  readonly isPending: boolean;
  /** Why the last attempt failed; null when it did not. */
  readonly error: unknown;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A dialog with a form, which stays open until the request has succeeded. */
export const FormDialog = ({
  title,
  submit,
  canSubmit,
  isPending,
  error,
  onSubmit,
  onClose,
  children,
}: FormDialogProps) => {
  const styles = useStyles();
  const t = useTranslations("app");
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (canSubmit && !isPending) onSubmit();
          }}
        >
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent className={styles.content}>
              <ProblemBar error={error} />
              {children}
            </DialogContent>
            <DialogActions>
              <Button type="button" onClick={onClose}>
                {t("cancel")}
              </Button>
              <Button type="submit" appearance="primary" disabledFocusable={!canSubmit || isPending}>
                {submit}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
};
