import { Field, Input } from "@fluentui/react-components";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { bodyOf } from "../../api/client.ts";
import { useServices } from "../../services/services.ts";
import { FormDialog } from "./form-dialog.tsx";
import type { DialogProps } from "./transfer-dialog.tsx";
import { useDialogMove } from "./use-dialog-move.ts";

export const BlockDialog = ({ conversation, onClose }: DialogProps) => {
  const t = useTranslations("block");
  const { api } = useServices();
  const [reason, setReason] = useState("");
  const block = useDialogMove({
    name: "block",
    request: () =>
      bodyOf(api.POST("/conversations/{id}/block", { params: { path: { id: conversation.id } }, body: { reason } })),
    onClose,
  });
  return (
    <FormDialog
      title={t("title")}
      submit={t("submit")}
      canSubmit={reason.trim() !== ""}
      isPending={block.isPending}
      error={block.error}
      onSubmit={() => block.mutate()}
      onClose={onClose}
    >
      <p>{t("explanation")}</p>
      <Field label={t("reason")} required>
        <Input value={reason} onChange={(_, { value }) => setReason(value)} />
      </Field>
    </FormDialog>
  );
};
