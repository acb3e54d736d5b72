import type { InboundMessage } from "../conversation/message.ts";
import { TransientError } from "../kernel/errors.ts";
import type { Ports } from "../kernel/ports.ts";

/**
 * Stores a message that opens no conversation.
 * @returns the message as it was stored first, which names no conversation that was opened since.
 * @throws TransientError when the store is unavailable, or does not show yet what another process has just written.
 */
export const storeOnce = async (ports: Pick<Ports, "messages">, message: InboundMessage): Promise<InboundMessage> =>
  (await ports.messages.create(message)) === "created" ? message : findFirstStored(ports, message);

/**
 * Finds a message that exists.
 * @returns the message as it was stored first.
 * @throws TransientError when the store is unavailable, or does not show yet what another process has just written.
 */
export const findFirstStored = async (
  { messages }: Pick<Ports, "messages">,
  { threadId, id }: Pick<InboundMessage, "threadId" | "id">,
): Promise<InboundMessage> => {
  const stored = await messages.find(threadId, id);
  if (stored?.direction !== "inbound") throw new TransientError(`message ${id} cannot be read yet`);
  return stored;
};
