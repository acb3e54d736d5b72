import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { ProblemBar } from "../../api/problem-bar.tsx";
import { loadEarlier, meQuery, messagesQuery } from "../../api/queries.ts";
import type { ConversationDetails, Message } from "../../api/types.ts";
import { useServices } from "../../services/services.ts";
import { Loading } from "../../ui/loading.tsx";
import { dayOf, useDay } from "../../ui/times.ts";
import { useStore } from "../../ui/use-store.ts";
import { MessageItem } from "./message-item.tsx";
import { notShown } from "./not-shown.ts";
import { OutboxItem } from "./outbox-item.tsx";

const useStyles = makeStyles({
  frame: { position: "relative", flex: 1, minHeight: 0 },
  scroll: { height: "100%", overflowY: "auto", padding: "0.5rem 1rem", boxSizing: "border-box" },
  messages: { listStyleType: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column", gap: "0.5rem" },
  divider: {
    textAlign: "center",
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    marginBlock: "0.5rem",
  },
  earlier: { display: "flex", justifyContent: "center", marginBlock: "0.5rem" },
  newest: {
    position: "absolute",
    insetBlockEnd: "0.75rem",
    insetInlineStart: 0,
    insetInlineEnd: 0,
    textAlign: "center",
  },
});

/** The end of the list counts as reached within this distance, in pixels. */
const NEAR_END = 80;

export interface ThreadProps {
  readonly conversation: ConversationDetails;
  readonly name: string;
}

/** All that the channel and the customer have written, oldest first, and what is on its way. */
export const Thread = ({ conversation, name }: ThreadProps) => {
  const styles = useStyles();
  const t = useTranslations("thread");
  const { api, queries, outbox } = useServices();
  const { data } = useQuery(messagesQuery(api, queries, conversation.id));
  const earlier = useMutation({ mutationFn: () => loadEarlier(api, queries, conversation.id) });
  const { data: me } = useQuery(meQuery(api));
  const unsent = useStore(outbox, (box) => box.entries).filter((entry) => entry.conversationId === conversation.id);
  const entries = notShown(unsent, data?.items ?? [], me?.id);
  const items = (data?.items ?? []).filter(isShown).toReversed();
  const { frame, unseen, toEnd } = useFollowing(items, entries.length);
  useArrivals(items, name);
  if (!data) return <Loading />;
  return (
    <div className={styles.frame}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard */}
      <section className={styles.scroll} ref={frame} tabIndex={0} aria-label={t("messages", { name })}>
        {data.continuation !== undefined && (
          <div className={styles.earlier}>
            <Button disabledFocusable={earlier.isPending} onClick={() => earlier.mutate()}>
              {t("loadEarlier")}
            </Button>
          </div>
        )}
        <ProblemBar error={earlier.error} />
        <div role="log" aria-live="off" aria-label={t("messages", { name })}>
          <ol className={styles.messages}>
            {items.map((message, index) => (
              <Entry key={message.id} message={message} previous={items[index - 1]}>
                <MessageItem message={message} name={name} conversationId={conversation.id} />
              </Entry>
            ))}
            {entries.map((entry) => (
              <li key={entry.key}>
                <OutboxItem entry={entry} />
              </li>
            ))}
          </ol>
        </div>
      </section>
      {unseen > 0 && (
        <div className={styles.newest}>
          <Button appearance="primary" shape="circular" onClick={toEnd}>
            {t("newMessages", { count: unseen })}
          </Button>
        </div>
      )}
    </div>
  );
};

/** A reply that was taken back is in the box again. */
const isShown = (message: Message): boolean => message.direction !== "outbound" || message.state !== "withdrawn";

interface EntryProps {
  readonly message: Message;
  readonly previous: Message | undefined;
  readonly children: ReactNode;
}

/** A message, below the day and the conversation that begin with it. */
const Entry = ({ message, previous, children }: EntryProps) => {
  const styles = useStyles();
  const t = useTranslations("thread");
  const day = useDay();
  const beginsDay = !previous || dayOf(new Date(previous.createdAt)) !== dayOf(new Date(message.createdAt));
  const beginsConversation =
    previous?.conversationId !== undefined &&
    message.conversationId !== undefined &&
    previous.conversationId !== message.conversationId;
  return (
    <li>
      {beginsDay && <div className={styles.divider}>{day(message.createdAt)}</div>}
      {beginsConversation && <div className={styles.divider}>{t("newConversation")}</div>}
      {children}
    </li>
  );
};

/**
 * Keeps the end of the thread in view while the person is there, and counts what has come while the person reads further
 * up. Loading earlier messages leaves the view where it is.
 */
const useFollowing = (items: readonly Message[], unsent: number) => {
  const frame = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const heightBefore = useRef(0);
  const [seenId, setSeenId] = useState<string>();
  const newestId = items.at(-1)?.id;
  const oldestId = items[0]?.id;

  const toEnd = () => {
    frame.current?.scrollTo({ top: frame.current.scrollHeight });
    isAtEnd.current = true;
    setSeenId(newestId);
  };

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const onScroll = () => {
      isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END;
      if (isAtEnd.current) setSeenId(newestId);
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => element.removeEventListener("scroll", onScroll);
  }, [newestId]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when messages are added at an end
  useLayoutEffect(() => {
    const element = frame.current;
    if (element && isAtEnd.current) {
      element.scrollTop = element.scrollHeight;
      setSeenId(newestId);
    }
  }, [newestId, unsent]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when messages are added at the beginning
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    if (!isAtEnd.current) element.scrollTop += element.scrollHeight - heightBefore.current;
    heightBefore.current = element.scrollHeight;
  }, [oldestId]);

  useLayoutEffect(() => {
    if (frame.current) heightBefore.current = frame.current.scrollHeight;
  });

  const seenIndex = items.findIndex(({ id }) => id === seenId);
  return { frame, unseen: seenIndex === -1 ? 0 : items.length - 1 - seenIndex, toEnd };
};

/** Says to screen readers what the customer writes while the thread is open. */
const useArrivals = (items: readonly Message[], name: string): void => {
  const t = useTranslations("thread");
  const { announcer } = useServices();
  const known = useRef<ReadonlySet<string>>(undefined);
  useEffect(() => {
    const before = known.current;
    known.current = new Set(items.map(({ id }) => id));
    if (!before || before.size === 0) return;
    const newestKnown = items.findLastIndex(({ id }) => before.has(id));
    const arrived = items.slice(newestKnown + 1).filter(({ direction }) => direction === "inbound");
    if (arrived.length > 1) announcer.announce(t("announcedTexts", { name, count: arrived.length }));
    else for (const { text } of arrived) announcer.announce(t("announcedText", { name, text }));
  }, [items, name, announcer, t]);
};
