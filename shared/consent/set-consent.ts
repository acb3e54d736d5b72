import { readMobilePhone } from "../contact/mobile-phone.ts";
import { changeThread } from "../conversation/change-thread.ts";
import { type Consent, type Thread, threadIdOf } from "../conversation/thread.ts";
import type { AgentId, ThreadId } from "../kernel/ids.ts";
import { addSeconds } from "../kernel/instant.ts";
import type { Ports } from "../kernel/ports.ts";
import { addressSchema } from "../sms/address.ts";
import { withConsent } from "./consent.ts";
import { syncConsent } from "./sync-consent.ts";

type SetConsentPorts = Pick<Ports, "conversations" | "now" | "threads" | "settings" | "keyedHash">;

/** Who changes it, and why: both are kept. */
export interface ConsentChange {
  readonly optedOut: boolean;
  readonly agentId: AgentId;
  readonly reason: string;
}

export type OptOutAdded =
  | { readonly kind: "set"; readonly thread: Thread }
  | { readonly kind: "unknown-channel" | "not-a-number" };

/**
 * Has a customer get nothing more from a channel, as an administrator says, whether they have ever texted or not.
 * @param customer - a number as people write it; without a country code, one of the organisation's country.
 * @throws TransientError when a store is unavailable.
 */
export const addOptOut = async (
  ports: SetConsentPorts,
  channelId: string,
  customer: string,
  change: Omit<ConsentChange, "optedOut">,
): Promise<OptOutAdded> => {
  const { channels } = await ports.settings.snapshot();
  const channel = channels.find(({ id }) => id === channelId);
  if (!channel) return { kind: "unknown-channel" };
  const written = await readMobilePhone(ports, customer);
  if (!written) return { kind: "not-a-number" };
  const address = addressSchema.parse(written);
  const id = threadIdOf(ports.keyedHash, channel.number, address);
  const fresh: Thread = {
    ...{ id, channelId, channelNumber: channel.number, customer: address },
    ...{ lastNumber: 0, consentHistory: [] },
  };
  return { kind: "set", thread: await setConsent(ports, fresh, { ...change, optedOut: true }) };
};

/**
 * Lets a customer be texted again, as an administrator says.
 * @returns nothing when there is no such thread.
 * @throws TransientError when a store is unavailable.
 */
export const endOptOut = async (
  ports: SetConsentPorts,
  threadId: ThreadId,
  change: Omit<ConsentChange, "optedOut">,
): Promise<Thread | undefined> => {
  const stored = await ports.threads.find(threadId);
  return stored && setConsent(ports, stored.value, { ...change, optedOut: false });
};

const setConsent = async (
  ports: SetConsentPorts,
  fresh: Thread,
  { optedOut, agentId, reason }: ConsentChange,
): Promise<Thread> => {
  const [now, by] = [ports.now(), { kind: "administrator", agentId, reason } as const];
  const read = await ports.threads.find(fresh.id);
  // After the word that is known, though a clock ahead of ours dated it: this one answers it.
  const after = (known: Consent | undefined) =>
    known && known.changedAt >= now ? addSeconds(known.changedAt, 0.001) : now;
  const thread = await changeThread(ports.threads, { read, fresh }, (each) =>
    withConsent(each, { optedOut, changedAt: after(each.consent), source: by }),
  );
  await syncConsent(ports, thread);
  return thread;
};
