import type { Message } from "../../api/types.ts";
import type { OutboxEntry } from "../../outbox/outbox.ts";

/** The clocks of this device and of the server may differ by this much, in milliseconds. */
const SKEW_MS = 5_000;

/**
 * Selects what is to be shown of the outbox. A notification may bring a message before the response to the request that
 * made it; then its entry is hidden until the response comes.
 * @param messages - of the thread.
 * @param personId - the author of the entries.
 */
export const notShown = (
  entries: readonly OutboxEntry[],
  messages: readonly Message[],
  personId: string | undefined,
): readonly OutboxEntry[] => {
  const own = messages.filter((message) => message.direction !== "inbound" && message.agentId === personId);
  return entries.filter(
    ({ refusal, text, writtenAt }) =>
      refusal !== undefined ||
      !own.some((message) => message.text === text && Date.parse(message.createdAt) >= writtenAt - SKEW_MS),
  );
};
