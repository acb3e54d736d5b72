import type { Instant } from "../instant.ts";
import { changeThread } from "./change-thread.ts";
import { conversationIdOf, type ThreadId } from "./ids.ts";
import { type MoveDeps, moveConversation } from "./move-conversation.ts";
import { type Threads, withConsent } from "./thread.ts";

export interface OptOutDeps extends MoveDeps {
  readonly threads: Threads;
}

/** Keeps what a provider said: this customer takes no more texts from this number. */
export const recordOptOut = async (deps: OptOutDeps, threadId: ThreadId, at: Instant): Promise<void> => {
  const stored = await deps.threads.find(threadId);
  if (!stored) return;
  const thread = await changeThread(deps.threads, stored, stored.value, (each) =>
    withConsent(each, { optedOut: true, at }),
  );
  if (thread.lastNumber > 0) {
    await moveConversation(deps, conversationIdOf(threadId, thread.lastNumber), { kind: "opt-out-known" });
  }
};
