import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { useTranslations } from "use-intl";
import { PresenceBar } from "../presence/presence-bar.tsx";
import { ConversationPane } from "./conversation-pane.tsx";
import { ConversationList } from "./list/conversation-list.tsx";
import { Offers } from "./offers/offers.tsx";
import { viewOf } from "./view.ts";

const NARROW = "@media (max-width: 40rem)";

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
          // A box of its own for each conversation: a text never moves from one to another.
          <ConversationPane key={conversationId} id={conversationId} view={view} />
        ) : (
          <p className={styles.none}>{t("none")}</p>
        )}
      </main>
    </div>
  );
};
