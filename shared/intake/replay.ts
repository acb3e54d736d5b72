import { type ReceiveEventDeps, useEvent } from "./process-event.ts";
import type { QuarantineReason, QuarantineSource } from "./quarantine.ts";

/** What became of a replay. `still-unusable`: it stays in quarantine, for the reason given. */
export type Replayed =
  | { readonly kind: "used" | "not-found" }
  | { readonly kind: "still-unusable"; readonly reason: QuarantineReason; readonly detail?: string };

/**
 * Takes in again what was quarantined, as if it had just come. What was taken in before is known again, so a second
 * replay does no harm.
 */
export const replay = async (deps: ReceiveEventDeps, source: QuarantineSource, id: string): Promise<Replayed> => {
  const entry = await deps.quarantine.find(source, id);
  if (!entry) return { kind: "not-found" };
  const { unusable } = await useEvent(deps, entry.provider, source, entry.original);
  if (unusable) return { kind: "still-unusable", ...unusable };
  await deps.quarantine.markReplayed(source, id, deps.now());
  return { kind: "used" };
};
