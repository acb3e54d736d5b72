import { changeThread } from "../conversation/change-thread.ts";
import type { ThreadId } from "../kernel/ids.ts";
import type { Instant } from "../kernel/instant.ts";
import { withConsent } from "./consent.ts";
import { type TellDeps, tellConsent } from "./sync-consent.ts";

/**
 * Keeps what a provider said: this customer takes no more texts from this number. A customer who has opted in again
 * since then still does.
 */
export const recordOptOut = async (deps: TellDeps, threadId: ThreadId, at: Instant): Promise<void> => {
  const stored = await deps.threads.find(threadId);
  if (!stored) return;
  const thread = await changeThread(deps.threads, stored, stored.value, (each) =>
    withConsent(each, { optedOut: true, at, by: { kind: "provider" } }),
  );
  await tellConsent(deps, thread);
};
