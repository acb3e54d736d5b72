import { TransientError } from "../kernel/errors.ts";
import type { Fingerprint } from "../kernel/ids.ts";
import { type DeliveryDeps, type FailedReply, recordDelivery } from "../sending/record-delivery.ts";
import type { Parsed, ProviderName, Providers } from "../sms/provider.ts";
import type { Quarantine, Quarantined, QuarantineReason, QuarantineSource } from "./quarantine.ts";
import { type ReceiveDeps, receiveText } from "./receive-text.ts";

export interface ReceiveEventDeps extends ReceiveDeps, DeliveryDeps {
  readonly quarantine: Quarantine;
  readonly providers: Providers;
}

/** What became of an event. One that cannot be used waits in quarantine. */
export type EventOutcome =
  /** `failed`: the reply that has failed by it. */
  | { readonly kind: "used"; readonly failed?: FailedReply }
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
export const receiveEvent = async (
  deps: ReceiveEventDeps,
  provider: ProviderName,
  source: QuarantineSource,
  event: unknown,
): Promise<EventOutcome> => {
  const { unusable, failed } = await useEvent(deps, provider, source, event);
  if (!unusable) return { kind: "used", ...(failed && { failed }) };
  await deps.quarantine.keep({
    id: idOf(deps.fingerprint, provider, event),
    source,
    provider,
    ...unusable,
    original: event,
    quarantinedAt: deps.now(),
  });
  return { kind: "quarantined", reason: unusable.reason };
};

/** Uses an event if it can be used, and says why when it cannot. */
export const useEvent = async (
  deps: ReceiveEventDeps,
  name: ProviderName,
  source: QuarantineSource,
  event: unknown,
): Promise<Use> => {
  const provider = deps.providers[name];
  if (!provider) throw new TransientError(`provider ${name} is not set up`);
  switch (source) {
    case "sms-received":
      return use(provider.parseReceived(event), async (text) => {
        const received = await receiveText(deps, text);
        return received.kind === "taken-in" ? {} : { unusable: { reason: received.kind } };
      });
    case "sms-delivery-report":
      return use(provider.parseReport(event), async (report) => {
        const recorded = await recordDelivery(deps, report);
        return recorded.kind === "recorded" ? recorded : { unusable: { reason: recorded.kind } };
      });
    default:
      return source satisfies never;
  }
};

const use = async <T>(parsed: Parsed<T>, take: (value: T) => Promise<Use>): Promise<Use> =>
  parsed.kind === "parsed" ? take(parsed.value) : { unusable: { reason: "unreadable", detail: parsed.reason } };

/** An event's own id may be anything at all, so it is hashed; one without an id is known by its content. */
const idOf = (fingerprint: Fingerprint, provider: ProviderName, event: unknown): string => {
  const own = typeof event === "object" && event !== null && "id" in event ? event.id : undefined;
  const name = typeof own === "string" && own !== "" ? own : JSON.stringify(event ?? null);
  return fingerprint(`${provider}|${name}`).slice(0, 32);
};
