import type { Channel, Organisation } from "../settings/settings.ts";
import type { Keyword } from "../sms/keyword.ts";
import type { SmsProvider } from "../sms/provider.ts";

/**
 * What a channel answers to a keyword by itself, in the organisation's name as the rules ask for.
 * Source: CTIA Messaging Principles (who sends, how to stop, how to get help).
 */
const STANDARD: Readonly<Record<Keyword, (company: string) => string>> = {
  stop: (company) => `${company}: you will get no more texts from this number. Reply START to get them again.`,
  start: (company) => `${company}: you get texts from this number again. Reply STOP to get no more.`,
  help: (company) => `${company}: write what you need, and we answer here. Reply STOP to get no more texts.`,
};

/**
 * Says what is to be answered to a keyword.
 * @param text - what the customer wrote: others know fewer words than we do.
 * @returns nothing where the provider, or the carriers' network, answers it.
 */
export const automaticAnswer = (
  keyword: Keyword,
  text: string,
  { numberType: type, keywordReplies: texts }: Channel,
  { name }: Organisation,
  provider: Pick<SmsProvider, "capabilities"> | undefined,
): string | undefined => {
  // Others know a word only when it stands alone, exactly; we know "Stop!" too.
  if (!provider || provider.capabilities.handledKeywords[type].includes(text.trim().toUpperCase())) return undefined;
  return texts[keyword] ?? STANDARD[keyword](name);
};
