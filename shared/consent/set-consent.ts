import { readMobilePhone } from "../contact/mobile-phone.ts";
import { changeThread } from "../conversation/change-thread.ts";
import { type Consent, type Thread, threadIdOf } from "../conversation/thread.ts";
import type { AgentId, Fingerprint, ThreadId } from "../kernel/ids.ts";
import { addSeconds } from "../kernel/instant.ts";
import type { Settings } from "../settings/settings.ts";
import { addressSchema } from "../sms/address.ts";
import { withConsent } from "./consent.ts";
import { type TellDeps, tellConsent } from "./sync-consent.ts";

export interface SetConsentDeps extends TellDeps {
  readonly settings: Settings;
  readonly fingerprint: Fingerprint;
}

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
  deps: SetConsentDeps,
  channelId: string,
  customer: string,
  change: Omit<ConsentChange, "optedOut">,
): Promise<OptOutAdded> => {
  const { channels } = await deps.settings.snapshot();
  const channel = channels.find(({ id }) => id === channelId);
  if (!channel) return { kind: "unknown-channel" };
  const written = await readMobilePhone(deps, customer);
  if (!written) return { kind: "not-a-number" };
  const address = addressSchema.parse(written);
  const id = threadIdOf(deps.fingerprint, channel.number, address);
  const fresh: Thread = {
    ...{ id, channelId, channelNumber: channel.number, customer: address },
    ...{ lastNumber: 0, consents: [] },
  };
  return { kind: "set", thread: await setConsent(deps, fresh, { ...change, optedOut: true }) };
};

/**
 * Lets a customer be texted again, as an administrator says.
 * @returns nothing when there is no such thread.
 * @throws TransientError when a store is unavailable.
 */
export const endOptOut = async (
  deps: SetConsentDeps,
  threadId: ThreadId,
  change: Omit<ConsentChange, "optedOut">,
): Promise<Thread | undefined> => {
  const stored = await deps.threads.find(threadId);
  return stored && setConsent(deps, stored.value, { ...change, optedOut: false });
};

const setConsent = async (
  deps: SetConsentDeps,
  fresh: Thread,
  { optedOut, agentId, reason }: ConsentChange,
): Promise<Thread> => {
  const [now, by] = [deps.now(), { kind: "administrator", agentId, reason } as const];
  const read = await deps.threads.find(fresh.id);
  // After the word that is known, though a clock ahead of ours dated it: this one answers it.
  const after = (known: Consent | undefined) => (known && known.at >= now ? addSeconds(known.at, 0.001) : now);
  const thread = await changeThread(deps.threads, read, fresh, (each) =>
    withConsent(each, { optedOut, at: after(each.consent), by }),
  );
  await tellConsent(deps, thread);
  return thread;
};
