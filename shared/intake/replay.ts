import type { Ports } from "../kernel/ports.ts";
import { type ApplyEventPorts, applyEvent } from "./process-event.ts";
import type { Quarantined, QuarantineSource } from "./quarantine.ts";

/** `replay-failed`: the event cannot be processed yet and stays in quarantine. */
export type Replayed =
  | { readonly kind: "processed"; readonly entry: Quarantined }
  | { readonly kind: "not-found" }
  | ({ readonly kind: "replay-failed" } & Pick<Quarantined, "reason" | "detail">);

/**
 * Processes a quarantined event again. A second replay has no further effect.
 * @throws TransientError when a store or the broker is unavailable.
 */
export const replay = async (
  ports: ApplyEventPorts & Pick<Ports, "quarantine">,
  source: QuarantineSource,
  id: string,
): Promise<Replayed> => {
  const entry = await ports.quarantine.find(source, id);
  if (!entry) return { kind: "not-found" };
  const applied = await applyEvent(ports, { provider: entry.provider, source, event: entry.original });
  if (applied.kind === "unprocessable") return { ...applied, kind: "replay-failed" };
  const replayedAt = ports.now();
  await ports.quarantine.markReplayed(source, id, replayedAt);
  return { kind: "processed", entry: { ...entry, replayedAt } };
};
