import { type Thread, threadIdOf } from "../conversation/thread.ts";
import type { KeyedHash, ThreadId } from "../kernel/ids.ts";
import type { Channel, Organisation, SettingsSnapshot } from "../settings/settings.ts";
import type { InboundText } from "../sms/provider.ts";

/** A customer's text on its way in, and the settings that say where it belongs. */
export interface Arrival {
  readonly settings: SettingsSnapshot;
  readonly organisation: Organisation;
  readonly channel: Channel;
  readonly text: InboundText;
  readonly threadId: ThreadId;
}

/** Why a text cannot be taken in as things are set; it can when they are mended. */
export type NotTaken = { readonly kind: "sms-disabled" | "unknown-channel" | "channel-disabled" };

/** Where a text belongs, and what is switched off there: only the customer's word on being texted is heard then. */
export interface FoundArrival {
  readonly kind: "arrival";
  readonly arrival: Arrival;
  readonly off?: "sms-disabled" | "channel-disabled";
}

/** Finds where a text belongs. */
export const arrivalOf = (
  keyedHash: KeyedHash,
  settings: SettingsSnapshot,
  text: InboundText,
): FoundArrival | NotTaken => {
  const { organisation } = settings;
  if (!organisation) return { kind: "sms-disabled" };
  const channel = settings.channels.find(({ number, provider }) => number === text.to && provider === text.provider);
  if (!channel) return { kind: organisation.smsEnabled ? "unknown-channel" : "sms-disabled" };
  const off = organisation.smsEnabled ? (channel.enabled ? undefined : "channel-disabled") : "sms-disabled";
  return {
    kind: "arrival",
    ...(off && { off }),
    arrival: { settings, organisation, channel, text, threadId: threadIdOf(keyedHash, text.to, text.from) },
  };
};

/** The thread as it begins with its first text. */
export const freshThread = ({ threadId, channel, text }: Arrival): Thread => ({
  id: threadId,
  channelId: channel.id,
  channelNumber: text.to,
  customer: text.from,
  lastNumber: 0,
  consentHistory: [],
});
