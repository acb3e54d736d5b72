import { Button } from "@fluentui/react-components";
import { useTranslations } from "use-intl";
import { newestSeen } from "../../api/queries.ts";
import { useRefusalText } from "../../api/use-problem-text.ts";
import type { OutboxEntry } from "../../outbox/outbox.ts";
import { useServices } from "../../services/services.ts";
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
        <Refused entry={entry} refusal={entry.refusal} />
      ) : (
        <span>{navigator.onLine ? t("sending") : t("waitingForConnection")}</span>
      )}
    </Bubble>
  );
};

interface RefusedProps {
  readonly entry: OutboxEntry;
  readonly refusal: NonNullable<OutboxEntry["refusal"]>;
}

/** Says why it was refused, and lets the person decide. */
const Refused = ({ entry, refusal }: RefusedProps) => {
  const t = useTranslations("thread");
  const { outbox, drafts, queries } = useServices();
  const refusalText = useRefusalText();
  const { key, kind, conversationId, holdSeconds } = entry;
  /** Hands it over as something else, now that the person has seen what a colleague has written. */
  const sendAs = (newKind: OutboxEntry["kind"]) => {
    const text = outbox.take(key);
    if (text === "") return; // another tab has taken it
    outbox.add({
      kind: newKind,
      conversationId,
      text,
      holdSeconds,
      lastSeenMessageId: newestSeen(queries, conversationId),
    });
  };
  return (
    <>
      <span role="alert">{t("refused", { reason: refusalText(refusal) })}</span>
      {refusal.type === "newer-message" && (
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
