import { Link as ExternalLink } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { agentsQuery } from "../../api/queries.ts";
import type { Message, ReceivedMessage, Reply } from "../../api/types.ts";
import { useServices } from "../../services/services.ts";
import { useTime } from "../../ui/times.ts";
import { Bubble } from "./bubble.tsx";

export interface MessageItemProps {
  readonly message: Message;
  readonly name: string;
  readonly conversationId: string;
}

export const MessageItem = ({ message, name }: MessageItemProps) =>
  message.direction === "inbound" ? <Received message={message} name={name} /> : <Sent message={message} />;

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

const Sent = ({ message }: { readonly message: Reply }) => {
  const t = useTranslations("thread");
  const time = useTime();
  const { api } = useServices();
  const { data: agents } = useQuery(agentsQuery(api));
  const author =
    message.agentId === undefined
      ? t("automatic")
      : (agents?.find(({ id }) => id === message.agentId)?.name ?? message.agentId);
  return (
    <Bubble side="ours" author={author} text={message.text} hasFailed={message.state === "failed"}>
      <time dateTime={message.createdAt}>{time(message.createdAt)}</time>
      <span>
        <DeliveryState message={message} />
      </span>
      {message.segments > 1 && <span>{t("segments", { count: message.segments })}</span>}
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
