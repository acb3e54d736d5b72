import type { Ports } from "../kernel/ports.ts";
import { applyEvent } from "./process-event.ts";
import type { QuarantineReason, QuarantineSource } from "./quarantine.ts";

type ReceiveEventPorts = Pick<
  Ports,
  | "conversations"
  | "agents"
  | "jobs"
  | "routingWorkflow"
  | "now"
  | "newId"
  | "threads"
  | "messages"
  | "providers"
  | "contacts"
  | "settings"
  | "keyedHash"
  | "quarantine"
>;

/** What became of a replay. `still-unusable`: it stays in quarantine, for the reason given. */
export type Replayed =
  | { readonly kind: "used" | "not-found" }
  | { readonly kind: "replay-failed"; readonly reason: QuarantineReason; readonly detail?: string };

/**
 * Takes in again what was quarantined, as if it had just come. What was taken in before is known again, so a second
 * replay does no harm.
 */
export const replay = async (ports: ReceiveEventPorts, source: QuarantineSource, id: string): Promise<Replayed> => {
  const entry = await ports.quarantine.find(source, id);
  if (!entry) return { kind: "not-found" };
  const { unusable } = await applyEvent(ports, entry.provider, source, entry.original);
  if (unusable) return { kind: "replay-failed", ...unusable };
  await ports.quarantine.markReplayed(source, id, ports.now());
  return { kind: "used" };
};
