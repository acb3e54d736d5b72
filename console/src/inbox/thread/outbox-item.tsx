import { Button } from "@fluentui/react-components";
import { useTranslations } from "use-intl";
import type { OutboxEntry } from "../../outbox/outbox.ts";
import { useServices } from "../../services/services.ts";
import { en } from "../../text/en.ts";
import { useTime } from "../../ui/times.ts";
import { useStore } from "../../ui/use-store.ts";
import { Bubble } from "./bubble.tsx";

/** A reply that the API has not accepted yet, or has refused. */
export const OutboxItem = ({ entry }: { readonly entry: OutboxEntry }) => {
  const t = useTranslations("thread");
  const time = useTime();
  const { outbox, drafts, session } = useServices();
  const reason = useRefusalText(entry);
  const author = useStore(session, ({ state }) => ("name" in state ? state.name : ""));
  const writtenAt = new Date(entry.writtenAt).toISOString();
  const edit = () => {
    const written = drafts.get(entry.conversationId, "reply");
    const text = outbox.take(entry.key);
    drafts.set(entry.conversationId, "reply", written === "" ? text : `${text}\n${written}`);
  };
  return (
    <Bubble side="ours" author={author} text={entry.text} hasFailed={entry.refusal !== undefined}>
      <time dateTime={writtenAt}>{time(writtenAt)}</time>
      {entry.refusal ? (
        <>
          <span role="alert">{t("refused", { reason })}</span>
          <Button size="small" onClick={edit}>
            {t("editAgain")}
          </Button>
          <Button size="small" onClick={() => outbox.take(entry.key)}>
            {t("discard")}
          </Button>
        </>
      ) : (
        <span>{navigator.onLine ? t("sending") : t("waitingForConnection")}</span>
      )}
    </Bubble>
  );
};

const useRefusalText = ({ refusal }: OutboxEntry): string => {
  const t = useTranslations("problems");
  const type = refusal?.type ?? "";
  if (type === "conflict" || type === "invalid" || !(type in en.problems)) return t("other", { title: type });
  return t(type as Exclude<keyof typeof en.problems, "conflict" | "invalid" | "other">);
};
