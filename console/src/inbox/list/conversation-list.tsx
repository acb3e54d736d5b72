import { makeStyles, Select, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { useTranslations } from "use-intl";
import { useLocation } from "wouter";
import { meQuery, queuesQuery, type View, viewQuery, workItemsQuery } from "../../api/queries.ts";
import type { Conversation } from "../../api/types.ts";
import { useServices } from "../../services/services.ts";
import { Loading } from "../../ui/loading.tsx";
import { hrefOf, pathOf } from "../view.ts";
import { ConversationRow } from "./conversation-row.tsx";
import { GROUPS, type GroupName, grouped } from "./groups.ts";

const useStyles = makeStyles({
  list: {
    display: "flex",
    flexDirection: "column",
    height: "100%",
    overflowY: "auto",
    backgroundColor: tokens.colorNeutralBackground1,
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
    boxSizing: "border-box",
  },
  views: { padding: "0.5rem 0.75rem" },
  heading: {
    margin: 0,
    padding: "0.5rem 0.75rem 0.25rem",
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorNeutralForeground2,
  },
  rows: { listStyleType: "none", margin: 0, padding: 0 },
  empty: { padding: "1rem 0.75rem", margin: 0, color: tokens.colorNeutralForeground2 },
});

export interface ListProps {
  readonly view: View;
  readonly conversationId: string | undefined;
}

/** The conversations of a view, each of them a link. */
export const ConversationList = ({ view, conversationId }: ListProps) => {
  const styles = useStyles();
  const t = useTranslations("list");
  return (
    <nav id="list" tabIndex={-1} className={styles.list} aria-label={t("title")}>
      <ViewChoice view={view} />
      {view.kind === "mine" ? (
        <WorkItems conversationId={conversationId} view={view} />
      ) : (
        <OtherItems view={view} conversationId={conversationId} />
      )}
    </nav>
  );
};

const ViewChoice = ({ view }: { readonly view: View }) => {
  const styles = useStyles();
  const t = useTranslations("list");
  const { api } = useServices();
  const [, navigate] = useLocation();
  const { data: me } = useQuery(meQuery(api));
  const { data: queues = [] } = useQuery(queuesQuery(api));
  const isSupervisor = me?.roles.includes("Supervisor");
  const visible = queues.filter(({ id }) => isSupervisor || me?.queueIds.includes(id));
  return (
    <div className={styles.views}>
      <Select aria-label={t("views")} value={pathOf(view)} onChange={(_, { value }) => navigate(`/inbox/${value}`)}>
        <option value={pathOf({ kind: "mine" })}>{t("mine")}</option>
        {visible.map(({ id, name }) => (
          <option key={id} value={pathOf({ kind: "queue", queueId: id })}>
            {t("queue", { name })}
          </option>
        ))}
        <option value={pathOf({ kind: "closed" })}>{t("closed")}</option>
      </Select>
    </div>
  );
};

interface ItemsProps<V extends View> {
  readonly view: V;
  readonly conversationId: string | undefined;
}

const WorkItems = ({ view, conversationId }: ItemsProps<View>) => {
  const styles = useStyles();
  const t = useTranslations("list");
  const { api } = useServices();
  const { data } = useQuery(workItemsQuery(api));
  if (!data) return <Loading />;
  const groups = grouped(data.items);
  // Offers have a place for themselves, above the list.
  const shown = GROUPS.filter((name) => name !== "offered" && groups[name].length > 0);
  if (shown.length === 0) return <p className={styles.empty}>{t("emptyMine")}</p>;
  return shown.map((name) => (
    <Group key={name} name={name} items={groups[name]} view={view} conversationId={conversationId} />
  ));
};

interface GroupProps extends ItemsProps<View> {
  readonly name: GroupName;
  readonly items: readonly Conversation[];
}

const Group = ({ name, items, view, conversationId }: GroupProps) => {
  const styles = useStyles();
  const t = useTranslations("list");
  const headingId = useId();
  return (
    <section aria-labelledby={headingId}>
      <h2 className={styles.heading} id={headingId}>
        {t(name)} ({items.length})
      </h2>
      <Rows items={items} view={view} conversationId={conversationId} />
    </section>
  );
};

const OtherItems = ({ view, conversationId }: ItemsProps<Exclude<View, { kind: "mine" }>>) => {
  const styles = useStyles();
  const t = useTranslations("list");
  const { api } = useServices();
  const { data } = useQuery(viewQuery(api, view));
  if (!data) return <Loading />;
  if (data.items.length === 0) return <p className={styles.empty}>{t("empty")}</p>;
  return <Rows items={data.items} view={view} conversationId={conversationId} />;
};

interface RowsProps extends ItemsProps<View> {
  readonly items: readonly Conversation[];
}

const Rows = ({ items, view, conversationId }: RowsProps) => (
  <ul className={useStyles().rows}>
    {items.map((conversation) => (
      <li key={conversation.id}>
        <ConversationRow
          conversation={conversation}
          href={hrefOf(view, conversation.id)}
          isCurrent={conversation.id === conversationId}
        />
      </li>
    ))}
  </ul>
);
