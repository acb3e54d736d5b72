import { newThread, type Thread } from "../conversation/thread.ts";
import type { ThreadId } from "../kernel/ids.ts";
import { type Channel, disabledReason, type Organisation, type SettingsSnapshot } from "../settings/settings.ts";
import type { InboundText } from "../sms/provider.ts";
import { isSameAddress } from "../sms/written-forms.ts";

/** A received text with its channel and thread, and the settings by which they were found. */
export interface LocatedText {
  readonly settings: SettingsSnapshot;
  readonly organisation: Organisation;
  readonly channel: Channel;
  readonly text: InboundText;
  readonly threadId: ThreadId;
}

/** Why the settings do not let a text be processed. It can be once they are changed. */
export type NotAccepted = { readonly kind: "sms-disabled" | "unknown-channel" | "channel-disabled" };

/** `disabled`: the channel or SMS is disabled, so only STOP and START are processed. */
export interface TextLocation {
  readonly kind: "located";
  readonly located: Omit<LocatedText, "threadId">;
  readonly disabled: "sms-disabled" | "channel-disabled" | undefined;
}

/** Finds the channel of a text. */
export const locateText = (settings: SettingsSnapshot, text: InboundText): TextLocation | NotAccepted => {
  const { organisation } = settings;
  if (!organisation) return { kind: "sms-disabled" };
  const channels = settings.channels.filter(({ provider }) => provider === text.provider);
  const channel =
    channels.find(({ number }) => number === text.to) ?? channels.find(({ number }) => isSameAddress(number, text.to));
  if (!channel) return { kind: organisation.smsEnabled ? "unknown-channel" : "sms-disabled" };
  return {
    kind: "located",
    located: { settings, organisation, channel, text },
    disabled: disabledReason(settings, channel),
  };
};

/** @returns the thread of a text, for the case that it does not exist yet. */
export const newThreadFor = ({ threadId, channel, text }: LocatedText): Thread =>
  newThread({ id: threadId, channelId: channel.id, channelNumber: channel.number, customer: text.from });
