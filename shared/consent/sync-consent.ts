import { changeConversation } from "../conversation/change-conversation.ts";
import type { Thread } from "../conversation/thread.ts";
import { TransientError } from "../kernel/errors.ts";
import { conversationIdOf } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import { RETRY, retryOnConflict } from "../kernel/retry-on-conflict.ts";
import { isOptedOut } from "./consent.ts";

type SyncPorts = Pick<Ports, "conversations" | "now" | "threads">;

/**
 * Has the newest conversation of a thread know whether the customer has opted out, so that a reply need not read the
 * thread. Whoever changes the thread's consent does so afterwards; of several at the same time, the last leaves what
 * the thread says.
 * @param thread - as it was after the change.
 * @throws TransientError when a store is unavailable, the conversation is just being opened, or the customer says
 * something else all the time.
 */
export const syncConsent = async (ports: SyncPorts, thread: Thread): Promise<void> => {
  let known = thread;
  await retryOnConflict({ what: `consent of thread ${thread.id}` }, async () => {
    if (known.lastNumber === 0) return;
    const [id, optedOut] = [conversationIdOf(known.id, known.lastNumber), isOptedOut(known)];
    const change = await changeConversation(ports, id, { kind: "consent-known", optedOut });
    if (change.kind === "not-found") throw new TransientError(`conversation ${id} is being opened`);
    known = (await ports.threads.find(known.id))?.value ?? known;
    return isOptedOut(known) === optedOut ? undefined : RETRY;
  });
};
