import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { useLocation } from "wouter";
import { type View, workItemsQuery } from "../api/queries.ts";
import { useCommand } from "../keys/use-keys.ts";
import { PresenceBar } from "../presence/presence-bar.tsx";
import { useServices } from "../services/services.ts";
import { NARROW } from "../ui/breakpoints.ts";
import { ConversationPane } from "./conversation-pane.tsx";
import { ConversationList } from "./list/conversation-list.tsx";
import { inOrder } from "./list/groups.ts";
import { Offers } from "./offers/offers.tsx";
import { hrefOf, viewOf } from "./view.ts";

const useStyles = makeStyles({
  inbox: { display: "flex", height: "100%" },
  side: {
    display: "flex",
    flexDirection: "column",
    width: "20rem",
    flexShrink: 0,
    minHeight: 0,
    [NARROW]: { width: "100%" },
  },
  list: { flex: 1, minHeight: 0 },
  main: { flex: 1, minWidth: 0, display: "flex", flexDirection: "column" },
  hiddenWhenNarrow: { [NARROW]: { display: "none" } },
  none: {
    flex: 1,
    display: "flex",
    alignItems: "center",
    justifyContent: "center",
    color: tokens.colorNeutralForeground2,
  },
});

export interface InboxProps {
  readonly view: string;
  readonly conversationId: string | undefined;
}

/** The list, and the conversation that is open. On a narrow screen, one of them. */
export const Inbox = ({ view: path, conversationId }: InboxProps) => {
  const styles = useStyles();
  const t = useTranslations("thread");
  const view = viewOf(path);
  const isOpen = conversationId !== undefined;
  useStepping(view, conversationId);
  return (
    <div className={styles.inbox}>
      <div className={mergeClasses(styles.side, isOpen && styles.hiddenWhenNarrow)}>
        <PresenceBar />
        <Offers />
        <div className={styles.list}>
          <ConversationList view={view} conversationId={conversationId} />
        </div>
      </div>
      <main id="thread" tabIndex={-1} className={mergeClasses(styles.main, !isOpen && styles.hiddenWhenNarrow)}>
        {isOpen ? (
          // Each conversation has its own box, so that a text never moves to another one.
          <ConversationPane key={conversationId} id={conversationId} view={view} />
        ) : (
          <p className={styles.none}>{t("none")}</p>
        )}
      </main>
    </div>
  );
};

/** Goes through the person's conversations by keys, in the order of the list. */
const useStepping = (view: View, conversationId: string | undefined): void => {
  const { api, commands } = useServices();
  const [, navigate] = useLocation();
  const { data } = useQuery(workItemsQuery(api));
  const items = inOrder(data?.items ?? []).filter(({ state }) => state !== "offered");
  const index = items.findIndex(({ id }) => id === conversationId);
  const goTo = (target: number) => {
    const item = items[target];
    return item && view.kind === "mine" ? () => navigate(hrefOf(view, item.id)) : undefined;
  };
  useCommand(commands, "next", goTo(index + 1));
  useCommand(commands, "previous", index > 0 ? goTo(index - 1) : undefined);
};
