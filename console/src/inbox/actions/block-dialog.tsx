import { Field, Input } from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { bodyOf } from "../../api/client.ts";
import { useServices } from "../../services/services.ts";
import { FormDialog } from "./form-dialog.tsx";
import type { DialogProps } from "./transfer-dialog.tsx";

export const BlockDialog = ({ conversation, onClose }: DialogProps) => {
  const t = useTranslations("block");
  const done = useTranslations("actions.done");
  const { api, queries, announcer } = useServices();
  const [reason, setReason] = useState("");
  const block = useMutation({
    mutationFn: () =>
      bodyOf(api.POST("/conversations/{id}/block", { params: { path: { id: conversation.id } }, body: { reason } })),
    onSuccess: () => {
      announcer.announce(done("block"));
      onClose();
    },
    onSettled: () => queries.invalidateQueries(),
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
