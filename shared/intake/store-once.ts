import type { InboundMessage } from "../conversation/message.ts";
import { TransientError } from "../kernel/errors.ts";
import type { Ports } from "../kernel/ports.ts";

/**
 * Stores a message that opens no conversation.
 * @returns the message as it was stored first, which names no conversation that was opened since.
 * @throws TransientError when the store is unavailable, or does not show yet what another process has just written.
 */
export const storeOnce = async (
  { messages }: Pick<Ports, "messages">,
  message: InboundMessage,
): Promise<InboundMessage> => {
  if ((await messages.create(message)) === "created") return message;
  const stored = await messages.find(message.threadId, message.id);
  if (stored?.direction !== "inbound") throw new TransientError(`message ${message.id} cannot be read yet`);
  return stored;
};
