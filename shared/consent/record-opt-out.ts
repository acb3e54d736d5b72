import { changeThread } from "../conversation/change-thread.ts";
import type { ThreadId } from "../kernel/ids.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Ports } from "../kernel/ports.ts";
import { withConsent } from "./consent.ts";
import { syncConsent } from "./sync-consent.ts";

type SyncPorts = Pick<Ports, "conversations" | "now" | "threads">;

/**
 * Keeps what a provider said: this customer takes no more texts from this number. A customer who has opted in again
 * since then still does.
 */
export const recordOptOut = async (ports: SyncPorts, threadId: ThreadId, at: Instant): Promise<void> => {
  const stored = await ports.threads.find(threadId);
  if (!stored) return;
  const thread = await changeThread(ports.threads, { read: stored, fresh: stored.value }, (each) =>
    withConsent(each, { optedOut: true, changedAt: at, source: { kind: "provider" } }),
  );
  await syncConsent(ports, thread);
};
