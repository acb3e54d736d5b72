import { Field, Select } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { bodyOf } from "../../api/client.ts";
import { agentsQuery, queuesQuery } from "../../api/queries.ts";
import type { Agent, Conversation } from "../../api/types.ts";
import { useServices } from "../../services/services.ts";
import { FormDialog } from "./form-dialog.tsx";
import { useDialogMove } from "./use-dialog-move.ts";

export interface DialogProps {
  readonly conversation: Conversation;
  readonly onClose: () => void;
}

const QUEUE = "queue:";
const AGENT = "agent:";

/** Chooses a queue or a person who can take the conversation now. The others are shown with the reason why they cannot. */
export const TransferDialog = ({ conversation, onClose }: DialogProps) => {
  const t = useTranslations("transfer");
  const { api } = useServices();
  const [to, setTo] = useState("");
  const { data: queues = [] } = useQuery(queuesQuery(api));
  const { data: agents = [] } = useQuery(agentsQuery(api));
  const { id, agentId, capacityUnits } = conversation;
  const transfer = useDialogMove({
    name: "transfer",
    request: () =>
      bodyOf(
        api.POST("/conversations/{id}/transfer", {
          params: { path: { id } },
          body: to.startsWith(QUEUE) ? { queueId: to.slice(QUEUE.length) } : { agentId: to.slice(AGENT.length) },
        }),
      ),
    onClose,
  });
  return (
    <FormDialog
      title={t("title")}
      submit={t("submit")}
      canSubmit={to !== ""}
      isPending={transfer.isPending}
      error={transfer.error}
      onSubmit={() => transfer.mutate()}
      onClose={onClose}
    >
      <Field label={t("to")} required>
        <Select value={to} onChange={(_, { value }) => setTo(value)}>
          <option value="" />
          <optgroup label={t("queues")}>
            {queues.map((queue) => (
              <option key={queue.id} value={QUEUE + queue.id}>
                {queue.name}
              </option>
            ))}
          </optgroup>
          <optgroup label={t("agents")}>
            {agents
              .filter((agent) => agent.id !== agentId)
              .map((agent) => (
                <AgentOption key={agent.id} agent={agent} units={capacityUnits} />
              ))}
          </optgroup>
        </Select>
      </Field>
    </FormDialog>
  );
};

const AgentOption = ({ agent, units }: { readonly agent: Agent; readonly units: number }) => {
  const t = useTranslations("transfer");
  const presences = useTranslations("presence");
  const { id, name, presence, load, capacity } = agent;
  const isAbsent = presence === "offline" || presence === "inactive";
  const isFull = load + units > capacity;
  const label = isAbsent
    ? t("unreachable", { name, presence: presences(presence) })
    : isFull
      ? t("full", { name })
      : name;
  return (
    <option value={AGENT + id} disabled={isAbsent || isFull}>
      {label}
    </option>
  );
};
