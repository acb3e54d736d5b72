import { readMobilePhone } from "../contact/mobile-phone.ts";
import { changeThread } from "../conversation/change-thread.ts";
import { type Consent, newThread, type Thread, threadIdOf } from "../conversation/thread.ts";
import type { AgentId, ThreadId } from "../kernel/ids.ts";
import { addSeconds, type Instant } from "../kernel/instant.ts";
import type { Ports } from "../kernel/ports.ts";
import { addressSchema } from "../sms/address.ts";
import { withConsent } from "./consent.ts";
import { syncConsent } from "./sync-consent.ts";

type ConsentPorts = Pick<Ports, "conversations" | "now" | "threads">;

/** The administrator who changes a consent, and the reason. Both are stored. */
interface Administrator {
  readonly agentId: AgentId;
  readonly reason: string;
}

export interface OptOutRequest extends Administrator {
  readonly channelId: string;
  /** A number as people write it; without a country code, one of the organisation's country. */
  readonly customer: string;
}

export type OptOutAdded =
  | { readonly kind: "set"; readonly thread: Thread }
  | { readonly kind: "unknown-channel" | "not-a-number" };

/**
 * Opts a customer out of a channel for an administrator. The customer need not have texted before.
 * @throws TransientError when a store is unavailable.
 */
export const addOptOut = async (
  ports: ConsentPorts & Pick<Ports, "settings" | "keyedHash">,
  { channelId, customer, ...administrator }: OptOutRequest,
): Promise<OptOutAdded> => {
  const { channels } = await ports.settings.snapshot();
  const channel = channels.find(({ id }) => id === channelId);
  if (!channel) return { kind: "unknown-channel" };
  const mobilePhone = await readMobilePhone(ports, customer);
  if (!mobilePhone) return { kind: "not-a-number" };
  const address = addressSchema.parse(mobilePhone);
  const fresh = newThread({
    id: threadIdOf(ports.keyedHash, channel.number, address),
    channelId,
    channelNumber: channel.number,
    customer: address,
  });
  return { kind: "set", thread: await setConsent(ports, fresh, { ...administrator, optedOut: true }) };
};

/**
 * Ends a customer's opt-out for an administrator.
 * @returns undefined when there is no such thread.
 * @throws TransientError when a store is unavailable.
 */
export const endOptOut = async (
  ports: ConsentPorts,
  threadId: ThreadId,
  administrator: Administrator,
): Promise<Thread | undefined> => {
  const stored = await ports.threads.find(threadId);
  return stored && setConsent(ports, stored.value, { ...administrator, optedOut: false });
};

const setConsent = async (
  ports: ConsentPorts,
  fresh: Thread,
  { optedOut, agentId, reason }: Administrator & { readonly optedOut: boolean },
): Promise<Thread> => {
  const now = ports.now();
  const source = { kind: "administrator", agentId, reason } as const;
  const read = await ports.threads.find(fresh.id);
  const thread = await changeThread(ports.threads, { read, fresh }, (current) =>
    withConsent(current, { optedOut, changedAt: latestOf(now, current.consent), source }),
  );
  await syncConsent(ports, thread);
  return thread;
};

/** Ensures that a change sorts after the current one, which another clock may have dated ahead of ours. */
const latestOf = (now: Instant, current: Consent | undefined): Instant =>
  current && current.changedAt >= now ? addSeconds(current.changedAt, 0.001) : now;

/**
 * Records that a provider refuses texts to a customer who has opted out. A later START of the customer stays in effect.
 * @param optedOutAt - a time before which the customer opted out, such as that of the refused attempt.
 * @throws TransientError when a store is unavailable.
 */
export const recordProviderOptOut = async (
  ports: ConsentPorts,
  threadId: ThreadId,
  optedOutAt: Instant,
): Promise<void> => {
  const stored = await ports.threads.find(threadId);
  if (!stored) return;
  const thread = await changeThread(ports.threads, { read: stored, fresh: stored.value }, (current) =>
    withConsent(current, { optedOut: true, changedAt: optedOutAt, source: { kind: "provider" } }),
  );
  await syncConsent(ports, thread);
};
