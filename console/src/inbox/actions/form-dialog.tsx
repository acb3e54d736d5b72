import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  MessageBar,
  MessageBarBody,
  makeStyles,
} from "@fluentui/react-components";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { useProblemText } from "../../api/use-problem-text.ts";

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
  const t = useTranslations("customer");
  const problemText = useProblemText();
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
              {error !== null && (
                <MessageBar intent="error" role="alert">
                  <MessageBarBody>{problemText(error)}</MessageBarBody>
                </MessageBar>
              )}
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
