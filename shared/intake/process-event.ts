import { TransientError } from "../kernel/errors.ts";
import type { KeyedHash } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import { type FailedReply, recordDelivery } from "../sending/record-delivery.ts";
import type { Parsed, ProviderName } from "../sms/provider.ts";
import type { Quarantined, QuarantineReason, QuarantineSource } from "./quarantine.ts";
import { receiveText } from "./receive-text.ts";

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

/** What became of an event. One that cannot be used waits in quarantine. */
export type EventOutcome =
  /** `failed`: the reply that has failed by it. */
  | { readonly kind: "used"; readonly failedReply?: FailedReply }
  | { readonly kind: "quarantined"; readonly reason: QuarantineReason };

/** Why an event cannot be used, and what is wrong in it. */
type Unusable = Pick<Quarantined, "reason" | "detail">;

/** What came of using an event. */
interface Use {
  readonly unusable?: Unusable;
  readonly failed?: FailedReply;
}

/**
 * Takes in an event of a provider.
 * @throws TransientError when it must be delivered again.
 */
export const processEvent = async (
  ports: ReceiveEventPorts,
  provider: ProviderName,
  source: QuarantineSource,
  event: unknown,
): Promise<EventOutcome> => {
  const { unusable, failed } = await applyEvent(ports, provider, source, event);
  if (!unusable) return { kind: "used", ...(failed && { failedReply: failed }) };
  await ports.quarantine.keep({
    id: idOf(ports.keyedHash, provider, event),
    source,
    provider,
    ...unusable,
    original: event,
    quarantinedAt: ports.now(),
  });
  return { kind: "quarantined", reason: unusable.reason };
};

/** Uses an event if it can be used, and says why when it cannot. */
export const applyEvent = async (
  ports: ReceiveEventPorts,
  name: ProviderName,
  source: QuarantineSource,
  event: unknown,
): Promise<Use> => {
  const provider = ports.providers[name];
  if (!provider) throw new TransientError(`provider ${name} is not set up`);
  switch (source) {
    case "sms-received":
      return use(provider.parseReceived(event), async (text) => {
        const received = await receiveText(ports, text);
        return received.kind === "accepted" ? {} : { unusable: { reason: received.kind } };
      });
    case "sms-delivery-report":
      return use(provider.parseReport(event), async (report) => {
        const recorded = await recordDelivery(ports, report);
        return recorded.kind === "recorded" ? recorded : { unusable: { reason: recorded.kind } };
      });
    default:
      return source satisfies never;
  }
};

const use = async <T>(parsed: Parsed<T>, take: (value: T) => Promise<Use>): Promise<Use> =>
  parsed.kind === "parsed" ? take(parsed.value) : { unusable: { reason: "unreadable", detail: parsed.reason } };

/** An event's own id may be anything at all, so it is hashed; one without an id is known by its content. */
const idOf = (keyedHash: KeyedHash, provider: ProviderName, event: unknown): string => {
  const own = typeof event === "object" && event !== null && "id" in event ? event.id : undefined;
  const name = typeof own === "string" && own !== "" ? own : JSON.stringify(event ?? null);
  return keyedHash(`${provider}|${name}`).slice(0, 32);
};
