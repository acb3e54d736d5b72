import type { OutboundMessage } from "../conversation/message.ts";
import type { Ports } from "../kernel/ports.ts";

/**
 * Withdraws a held reply, which is never sent then. One that was withdrawn before stays as it is.
 * @returns undefined when it is no longer held: it is being sent, or has been.
 * @throws TransientError when the store is unavailable.
 */
export const withdrawReply = async (
  { messages, now }: Pick<Ports, "messages" | "now">,
  reply: OutboundMessage,
): Promise<OutboundMessage | undefined> => {
  if (reply.state === "withdrawn") return reply;
  const withdrawn = await messages.withdraw(reply.threadId, reply.id, now());
  if (withdrawn) return withdrawn;
  // A concurrent request may have withdrawn it since it was read.
  const present = await messages.find(reply.threadId, reply.id);
  return present?.direction === "outbound" && present.state === "withdrawn" ? present : undefined;
};
