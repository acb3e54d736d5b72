import { makeStyles, tokens } from "@fluentui/react-components";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { Link } from "wouter";
import { agentsQuery, queuesQuery, stuckQuery } from "../api/queries.ts";
import type { WaitingConversation } from "../api/types.ts";
import { useCustomerName } from "../conversation/use-customer-name.ts";
import { WaitReasons } from "../conversation/wait-reasons.tsx";
import { useServices } from "../services/services.ts";
import { useDuration } from "../ui/times.ts";

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column", gap: "0.5rem" },
  item: {
    padding: "0.5rem 0.75rem",
    backgroundColor: tokens.colorNeutralBackground1,
    "& a": { color: tokens.colorBrandForegroundLink },
    borderLeft: `4px solid ${tokens.colorPaletteRedBorder2}`,
  },
});

/** The conversations that nobody can take, with the reasons. */
export const Stuck = () => {
  const styles = useStyles();
  const t = useTranslations("board");
  const { api } = useServices();
  const { data: queues = [] } = useQuery(queuesQuery(api));
  const found = useQueries({ queries: queues.map(({ id }) => stuckQuery(api, id)) });
  const stuck = found.flatMap(({ data = [] }) => data);
  return (
    <section aria-labelledby="stuck">
      <h2 id="stuck">
        {t("stuck")} ({stuck.length})
      </h2>
      {stuck.length === 0 ? (
        <p>{t("nothingStuck")}</p>
      ) : (
        <ul className={styles.list}>
          {stuck.map((conversation) => (
            <li key={conversation.id} className={styles.item}>
              <StuckItem conversation={conversation} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
};

const StuckItem = ({ conversation }: { readonly conversation: WaitingConversation }) => {
  const t = useTranslations("board");
  const duration = useDuration();
  const name = useCustomerName(conversation);
  const { api, clock } = useServices();
  const { data: queues } = useQuery(queuesQuery(api));
  const { data: agents } = useQuery(agentsQuery(api));
  const { id, queueId, queuedAt, openedAt, waiting } = conversation;
  const queue = queues?.find((candidate) => candidate.id === queueId)?.name ?? queueId;
  const agentName = (agentId: string) => agents?.find((agent) => agent.id === agentId)?.name ?? agentId;
  return (
    <>
      <Link href={`/inbox/queue:${queueId}/${encodeURIComponent(id)}`}>
        {t("stuckRow", { name, queue, duration: duration(clock.now() - Date.parse(queuedAt ?? openedAt)) })}
      </Link>
      {waiting && <WaitReasons wait={waiting} agentName={agentName} />}
    </>
  );
};
