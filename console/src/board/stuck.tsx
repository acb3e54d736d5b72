import { makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { Link } from "wouter";
import { stuckQuery } from "../api/queries.ts";
import type { WaitingConversation } from "../api/types.ts";
import { useCustomerName } from "../conversation/use-customer-name.ts";
import { useQueueNames } from "../conversation/use-names.ts";
import { WaitReasons } from "../conversation/wait-reasons.tsx";
import { useServices } from "../services/services.ts";
import { Loading } from "../ui/loading.tsx";
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

/** The conversations that no agent can take, with the reasons. */
export const Stuck = () => {
  const styles = useStyles();
  const t = useTranslations("board");
  const { api } = useServices();
  const { data: stuck } = useQuery(stuckQuery(api));
  if (!stuck) return <Loading />;
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
  const queueName = useQueueNames();
  const { clock } = useServices();
  const { id, queueId, queuedAt, openedAt, waiting } = conversation;
  const wait = duration(clock.now() - Date.parse(queuedAt ?? openedAt));
  return (
    <>
      <Link href={`/inbox/queue:${queueId}/${encodeURIComponent(id)}`}>
        {t("stuckRow", { name, queue: queueName(queueId), duration: wait })}
      </Link>
      {waiting && <WaitReasons wait={waiting} />}
    </>
  );
};
