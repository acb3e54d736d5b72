import { Link as ExternalLink } from "@fluentui/react-components";
import { useTranslations } from "use-intl";
import type { Message, Note, ReceivedMessage, Reply } from "../../api/types.ts";
import { useAgentNames } from "../../conversation/use-names.ts";
import { useTime } from "../../ui/times.ts";
import { Bubble } from "./bubble.tsx";
import { ReplyActions } from "./reply-actions.tsx";

export interface MessageItemProps {
  readonly message: Message;
  readonly name: string;
  readonly conversationId: string;
}

export const MessageItem = ({ message, name, conversationId }: MessageItemProps) => {
  switch (message.direction) {
    case "inbound":
      return <Received message={message} name={name} />;
    case "internal":
      return <NoteItem message={message} />;
    case "outbound":
      return <Sent message={message} conversationId={conversationId} />;
    default:
      return message satisfies never;
  }
};

const Received = ({ message, name }: { readonly message: ReceivedMessage; readonly name: string }) => {
  const t = useTranslations("thread");
  const time = useTime();
  return (
    <Bubble side="theirs" author={name} text={message.text}>
      <time dateTime={message.createdAt}>{time(message.createdAt)}</time>
      {message.exceedsLimit && <span>{t("longText")}</span>}
      {message.media?.map(({ url, contentType }) => (
        <ExternalLink key={url} href={url} target="_blank" rel="noopener noreferrer" inline>
          {contentType.startsWith("image/") ? t("picture") : t("file", { type: contentType })}
        </ExternalLink>
      ))}
    </Bubble>
  );
};

const NoteItem = ({ message }: { readonly message: Note }) => {
  const t = useTranslations("thread");
  const time = useTime();
  const agentName = useAgentNames();
  return (
    <Bubble side="note" author={t("note", { name: agentName(message.agentId) })} text={message.text}>
      <time dateTime={message.createdAt}>{time(message.createdAt)}</time>
    </Bubble>
  );
};

interface SentProps {
  readonly message: Reply;
  readonly conversationId: string;
}

const Sent = ({ message, conversationId }: SentProps) => {
  const t = useTranslations("thread");
  const time = useTime();
  const agentName = useAgentNames();
  return (
    <Bubble
      side="ours"
      author={message.agentId === undefined ? t("automatic") : agentName(message.agentId)}
      text={message.text}
      hasFailed={message.state === "failed"}
    >
      <time dateTime={message.createdAt}>{time(message.createdAt)}</time>
      <span>
        <DeliveryState message={message} />
      </span>
      {message.segments > 1 && <span>{t("segments", { count: message.segments })}</span>}
      <ReplyActions message={message} conversationId={conversationId} />
    </Bubble>
  );
};

const DeliveryState = ({ message: { state, failure, postponedUntil } }: { readonly message: Reply }) => {
  const t = useTranslations("thread.state");
  const failures = useTranslations("failures");
  const time = useTime();
  if (state === "failed") return t("failed", { reason: failures(failure ?? "unknown") });
  if (state === "queued" && postponedUntil !== undefined) return t("postponed", { time: time(postponedUntil) });
  return t(state);
};
