import { changeConversation } from "../conversation/change-conversation.ts";
import type { Thread } from "../conversation/thread.ts";
import { TransientError } from "../kernel/errors.ts";
import { conversationIdOf } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import { RETRY, retryOnConflict } from "../kernel/retry-on-conflict.ts";
import { isOptedOut } from "./consent.ts";

/**
 * Copies the thread's opt-out state to its newest conversation, so that a reply is checked without a read of the thread.
 * Call it after every change of a thread's consent: the last of concurrent calls leaves the state of the thread.
 * @param thread - after the change.
 * @throws TransientError when a store is unavailable, the conversation is being opened, or concurrent changes do not
 * cease.
 */
export const syncConsent = async (
  ports: Pick<Ports, "conversations" | "now" | "threads">,
  thread: Thread,
): Promise<void> => {
  let current = thread;
  await retryOnConflict({ what: `consent of thread ${thread.id}` }, async () => {
    if (current.lastNumber === 0) return;
    const id = conversationIdOf(current.id, current.lastNumber);
    const optedOut = isOptedOut(current);
    const change = await changeConversation(ports, id, { kind: "consent-known", optedOut });
    if (change.kind === "not-found") throw new TransientError(`conversation ${id} is being opened`);
    current = (await ports.threads.find(current.id))?.value ?? current;
    return isOptedOut(current) === optedOut ? undefined : RETRY;
  });
};
