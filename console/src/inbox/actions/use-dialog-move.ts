import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { useServices } from "../../services/services.ts";

export interface DialogMoveOptions {
  /** What is announced when it is done. */
  readonly name: "transfer" | "block";
  readonly request: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Moves a conversation as a dialog says, and closes the dialog when that is done. */
export const useDialogMove = ({ name, request, onClose }: DialogMoveOptions) => {
  const t = useTranslations("actions.done");
  const { queries, announcer } = useServices();
  return useMutation({
    mutationFn: request,
    onSuccess: () => {
      announcer.announce(t(name));
      onClose();
    },
    onSettled: () => queries.invalidateQueries(),
  });
};
