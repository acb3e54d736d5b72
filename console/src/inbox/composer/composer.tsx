import {
  Button,
  Field,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  makeStyles,
  Textarea,
  tokens,
} from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { type ChangeEvent, type KeyboardEvent, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useTranslations } from "use-intl";
import { meQuery, newestSeen } from "../../api/queries.ts";
import type { ConversationDetails } from "../../api/types.ts";
import { useCommand } from "../../keys/use-keys.ts";
import { useServices } from "../../services/services.ts";
import { measure, plainText, TEXT_CAP } from "../../ui/segments.ts";
import { useStore } from "../../ui/use-store.ts";
import { QuickReplies, useQuickReplies } from "./quick-replies.tsx";
import { commandAt, insertAt } from "./slash-command.ts";

const useStyles = makeStyles({
  composer: {
    display: "flex",
    flexDirection: "column",
    gap: "0.5rem",
    padding: "0.5rem 1rem",
    backgroundColor: tokens.colorNeutralBackground1,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  line: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "0.5rem" },
  counter: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200, marginInlineEnd: "auto" },
  tooLong: { color: tokens.colorPaletteRedForeground1, fontWeight: tokens.fontWeightSemibold },
});

export interface ComposerProps {
  readonly conversation: ConversationDetails;
  readonly name: string;
}

/** Where an agent writes. What happens elsewhere never changes, disables or leaves the box while the agent writes. */
export const Composer = ({ conversation, name }: ComposerProps) => {
  const styles = useStyles();
  const t = useTranslations("composer");
  const { commands, drafts, outbox, preferences, queries } = useServices();
  const { enterSends } = useStore(preferences, ({ values }) => values);
  const box = useRef<HTMLTextAreaElement>(null);
  const { id } = conversation;
  const text = useSyncExternalStore(drafts.subscribe, () => drafts.get(id, "reply"));
  const [command, setCommand] = useState<ReturnType<typeof commandAt>>();
  const quickReplies = useQuickReplies(command?.word);
  const obstacle = useObstacle(conversation);
  useCommand(commands, "reply", () => box.current?.focus());
  useEffect(() => {
    // An agent who has just accepted an offer can write at once. Focus that is elsewhere stays there.
    if (document.activeElement === document.body) box.current?.focus();
  }, []);
  const { over } = measure(text);
  const isSendable = obstacle === undefined && text.trim() !== "" && over === 0;

  const write = (written: string) => drafts.set(id, "reply", written);

  const change = ({ target }: ChangeEvent<HTMLTextAreaElement>) => {
    write(target.value);
    setCommand(commandAt(target.value, target.selectionStart));
  };

  const send = () => {
    if (!isSendable) return;
    outbox.add({
      kind: "reply",
      conversationId: id,
      text,
      holdSeconds: preferences.values.undoSeconds,
      lastSeenMessageId: newestSeen(queries, id),
    });
    write("");
    setCommand(undefined);
    box.current?.focus();
  };

  const insert = (quickReply: string) => {
    const inserted = insertAt(text, command ?? caretOf(box.current), quickReply);
    write(inserted.text);
    setCommand(undefined);
    box.current?.focus();
    requestAnimationFrame(() => box.current?.setSelectionRange(inserted.caret, inserted.caret));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // Enter that ends a word of an input method is no command.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape") {
      if (command) setCommand(undefined);
      else box.current?.blur(); // the text stays
      return;
    }
    if (event.key !== "Enter") return;
    const [first] = quickReplies;
    if (command && first && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      insert(first.text);
      return;
    }
    if (event.ctrlKey || event.metaKey || (enterSends && !event.shiftKey)) {
      event.preventDefault();
      send();
    }
  };

  return (
    <form
      className={styles.composer}
      aria-label={t("region")}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {obstacle !== undefined && <Obstacle text={text} reason={obstacle} />}
      {command && <QuickReplies replies={quickReplies} onChoose={(reply) => insert(reply.text)} />}
      <Field label={t("label", { name })} hint={t(enterSends ? "hintEnter" : "hintCtrlEnter")}>
        <Textarea
          textarea={{ ref: box, dir: "auto", rows: 3 }}
          id="composer"
          value={text}
          readOnly={obstacle !== undefined}
          placeholder={t("placeholder")}
          resize="vertical"
          onChange={(event) => change(event as ChangeEvent<HTMLTextAreaElement>)}
          onKeyDown={onKeyDown}
        />
      </Field>
      <div className={styles.line}>
        <Counter text={text} onReplace={() => write(plainText(text))} />
        <Button type="submit" appearance="primary" disabledFocusable={!isSendable}>
          {t("send")}
        </Button>
      </div>
    </form>
  );
};

const caretOf = (box: HTMLTextAreaElement | null) => ({ start: box?.selectionStart ?? 0, end: box?.selectionEnd ?? 0 });

interface CounterProps {
  readonly text: string;
  readonly onReplace: () => void;
}

/** Says how many texts the carrier bills, and offers to save some. */
const Counter = ({ text, onReplace }: CounterProps) => {
  const styles = useStyles();
  const t = useTranslations("composer");
  const { segments, left, over, unicode } = measure(text);
  const plain = plainText(text);
  const saved = plain === text ? segments : measure(plain).segments;
  if (over > 0) {
    return (
      <span className={styles.counter} role="alert">
        <span className={styles.tooLong}>{t("tooLong", { over })}</span>{" "}
        {t("characters", { length: text.length, limit: TEXT_CAP })}
      </span>
    );
  }
  if (segments === 0) return <span className={styles.counter} />;
  return (
    <span className={styles.counter}>
      {t("counter", { segments, left })}
      {unicode.length > 0 && ` · ${t("unicode", { characters: unicode.slice(0, 5).join(" ") })}`}
      {saved < segments && (
        <>
          {" "}
          <Button size="small" onClick={onReplace}>
            {t("replace", { characters: unicode.slice(0, 5).join(" "), segments: saved })}
          </Button>
        </>
      )}
    </span>
  );
};

type ObstacleReason = "waiting" | "offered" | "queued" | "wrap-up" | "closed" | "new" | "other" | "optedOut";

/** @returns why nothing can be sent now; undefined when it can. */
const useObstacle = ({ state, agentId, offer, optedOut }: ConversationDetails): ObstacleReason | undefined => {
  const { api } = useServices();
  const { data: me } = useQuery(meQuery(api));
  const holder = agentId ?? offer?.agentId;
  if (holder !== undefined && holder !== me?.id) return "other";
  if (state !== "active") return state;
  return optedOut ? "optedOut" : undefined;
};

const Obstacle = ({ text, reason }: { readonly text: string; readonly reason: ObstacleReason }) => {
  const t = useTranslations("composer");
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <MessageBar role="status">
      <MessageBarBody>{t(`readOnly.${reason}`)}</MessageBarBody>
      {text !== "" && (
        <MessageBarActions>
          <Button onClick={() => void copy()}>{isCopied ? t("copied") : t("copy")}</Button>
        </MessageBarActions>
      )}
    </MessageBar>
  );
};
