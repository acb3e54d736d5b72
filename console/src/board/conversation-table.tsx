import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { Link } from "wouter";
import { openConversationsQuery } from "../api/queries.ts";
import type { Conversation } from "../api/types.ts";
import { useCustomerName } from "../conversation/use-customer-name.ts";
import { useAgentNames, useQueueNames } from "../conversation/use-names.ts";
import { useServices } from "../services/services.ts";
import { Table } from "../ui/table.tsx";
import { useDuration } from "../ui/times.ts";

/** Everything that is open, latest change first. */
export const ConversationTable = () => {
  const t = useTranslations("board");
  const { api } = useServices();
  const { data } = useQuery(openConversationsQuery(api));
  const items = data?.items ?? [];
  return (
    <section>
      <h2>{t("conversations")}</h2>
      {items.length === 0 ? (
        <p>{t("none")}</p>
      ) : (
        <Table label={t("conversations")} columns={[t("customer"), t("queue"), t("state"), t("holder"), t("since")]}>
          {items.map((conversation) => (
            <ConversationRow key={conversation.id} conversation={conversation} />
          ))}
        </Table>
      )}
      {data?.continuation !== undefined && <p>{t("first", { count: items.length })}</p>}
    </section>
  );
};

const ConversationRow = ({ conversation }: { readonly conversation: Conversation }) => {
  const states = useTranslations("states");
  const duration = useDuration();
  const name = useCustomerName(conversation);
  const queueName = useQueueNames();
  const agentName = useAgentNames();
  const { clock } = useServices();
  const { id, queueId, state, agentId, offer, stateChangedAt } = conversation;
  const holder = agentId ?? offer?.agentId;
  return (
    <tr>
      <td>
        <Link href={`/inbox/queue:${queueId}/${encodeURIComponent(id)}`}>{name}</Link>
      </td>
      <td>{queueName(queueId)}</td>
      <td>{states(state)}</td>
      <td>{holder === undefined ? "–" : agentName(holder)}</td>
      <td>{duration(clock.now() - Date.parse(stateChangedAt))}</td>
    </tr>
  );
};
