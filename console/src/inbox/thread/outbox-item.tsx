import { Button } from "@fluentui/react-components";
import { useTranslations } from "use-intl";
import { newestSeen } from "../../api/queries.ts";
import type { OutboxEntry } from "../../outbox/outbox.ts";
import { useServices } from "../../services/services.ts";
import { en } from "../../text/en.ts";
import { useTime } from "../../ui/times.ts";
import { useStore } from "../../ui/use-store.ts";
import { Bubble } from "./bubble.tsx";

/** A reply or a note that the API has not accepted yet, or has refused. */
export const OutboxItem = ({ entry }: { readonly entry: OutboxEntry }) => {
  const t = useTranslations("thread");
  const time = useTime();
  const { session } = useServices();
  const name = useStore(session, ({ state }) => ("name" in state ? state.name : ""));
  const writtenAt = new Date(entry.writtenAt).toISOString();
  const isNote = entry.kind === "note";
  return (
    <Bubble
      side={isNote ? "note" : "ours"}
      author={isNote ? t("note", { name }) : name}
      text={entry.text}
      hasFailed={entry.refusal !== undefined}
    >
      <time dateTime={writtenAt}>{time(writtenAt)}</time>
      {entry.refusal ? (
        <Refused entry={entry} />
      ) : (
        <span>{navigator.onLine ? t("sending") : t("waitingForConnection")}</span>
      )}
    </Bubble>
  );
};

/** Says why it was refused, and lets the person decide. */
const Refused = ({ entry }: { readonly entry: OutboxEntry }) => {
  const t = useTranslations("thread");
  const { outbox, drafts, queries } = useServices();
  const reason = useRefusalText(entry);
  const { key, kind, conversationId, holdSeconds, refusal } = entry;
  /** Hands it over as something else, now that the person has seen what a colleague has written. */
  const sendAs = (newKind: OutboxEntry["kind"]) => {
    const text = outbox.take(key);
    const lastSeenMessageId = newestSeen(queries, conversationId);
    outbox.add({
      kind: newKind,
      conversationId,
      text,
      holdSeconds,
      ...(lastSeenMessageId !== undefined && { lastSeenMessageId }),
    });
  };
  return (
    <>
      <span role="alert">{t("refused", { reason })}</span>
      {refusal?.type === "newer-message" && (
        <>
          <Button size="small" onClick={() => sendAs(kind)}>
            {t("sendAnyway")}
          </Button>
          {kind === "reply" && (
            <Button size="small" onClick={() => sendAs("note")}>
              {t("saveAsNote")}
            </Button>
          )}
        </>
      )}
      <Button size="small" onClick={() => drafts.prepend(conversationId, kind, outbox.take(key))}>
        {t("editAgain")}
      </Button>
      <Button size="small" onClick={() => outbox.take(key)}>
        {t("discard")}
      </Button>
    </>
  );
};

const useRefusalText = ({ refusal }: OutboxEntry): string => {
  const t = useTranslations("problems");
  const type = refusal?.type ?? "";
  if (type === "conflict" || type === "invalid" || !(type in en.problems)) return t("other", { title: type });
  return t(type as Exclude<keyof typeof en.problems, "conflict" | "invalid" | "other">);
};
