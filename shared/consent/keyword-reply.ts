import type { Channel, Organisation } from "../settings/settings.ts";
import type { Keyword } from "../sms/keyword.ts";
import type { InboundText, SmsProvider } from "../sms/provider.ts";

/**
 * The standard replies to keywords, in the name of the organisation.
 * Source: CTIA Messaging Principles (who sends, how to opt out, how to get help).
 */
const STANDARD_REPLIES: Readonly<Record<Keyword, (organisation: string) => string>> = {
  stop: (organisation) =>
    `${organisation}: you will get no more texts from this number. Reply START to get texts again.`,
  start: (organisation) => `${organisation}: you will get texts from this number again. Reply STOP to opt out.`,
  help: (organisation) => `${organisation}: text your question and we will reply here. Reply STOP to opt out.`,
};

interface KeywordContext {
  readonly keyword: Keyword;
  /** The customer's text, which may hold the keyword in a form that the provider does not recognise. */
  readonly text: Pick<InboundText, "text" | "verdict">;
  readonly channel: Channel;
  readonly organisation: Organisation;
  readonly provider: Pick<SmsProvider, "capabilities"> | undefined;
}

/** @returns the channel's automatic text; undefined when the provider or the carriers reply to the keyword. */
export const keywordReply = ({
  keyword,
  text,
  channel,
  organisation,
  provider,
}: KeywordContext): string | undefined => {
  if (!provider || text.verdict?.isAnswered) return undefined;
  // They recognise a word only when it stands alone; we recognise "Stop!" too.
  const handled = provider.capabilities.handledKeywords[channel.numberType];
  if (handled.includes(text.text.trim().toUpperCase())) return undefined;
  return channel.keywordReplies[keyword] ?? STANDARD_REPLIES[keyword](organisation.name);
};
