import { newThread, type Thread, threadIdOf } from "../conversation/thread.ts";
import type { KeyedHash, ThreadId } from "../kernel/ids.ts";
import { type Channel, disabledReason, type Organisation, type SettingsSnapshot } from "../settings/settings.ts";
import type { InboundText } from "../sms/provider.ts";

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
  readonly located: LocatedText;
  readonly disabled: "sms-disabled" | "channel-disabled" | undefined;
}

/** Finds the channel and the thread of a text. */
export const locateText = (
  keyedHash: KeyedHash,
  settings: SettingsSnapshot,
  text: InboundText,
): TextLocation | NotAccepted => {
  const { organisation } = settings;
  if (!organisation) return { kind: "sms-disabled" };
  const channel = settings.channels.find(({ number, provider }) => number === text.to && provider === text.provider);
  if (!channel) return { kind: organisation.smsEnabled ? "unknown-channel" : "sms-disabled" };
  const threadId = threadIdOf(keyedHash, text.to, text.from);
  return {
    kind: "located",
    located: { settings, organisation, channel, text, threadId },
    disabled: disabledReason(settings, channel),
  };
};

/** @returns the thread of a text, for the case that it does not exist yet. */
export const newThreadFor = ({ threadId, channel, text }: LocatedText): Thread =>
  newThread({ id: threadId, channelId: channel.id, channelNumber: text.to, customer: text.from });
