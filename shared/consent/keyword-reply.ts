import type { Channel, Organisation } from "../settings/settings.ts";
import { type Keyword, languageOfKeyword } from "../sms/keyword.ts";
import type { Language } from "../sms/language.ts";
import type { InboundText, SmsProvider } from "../sms/provider.ts";

type StandardReplies = Readonly<Record<Keyword, (organisation: string) => string>>;

/**
 * The standard replies to keywords, in the name of the organisation: one GSM-7 segment while the name is short, because
 * they avoid the accents that GSM-7 lacks. Source: CTIA Messaging Principles (who sends, how to opt out, how to get help).
 */
const STANDARD_REPLIES: Readonly<Record<Language, StandardReplies>> = {
  en: {
    stop: (name) => `${name}: you will get no more texts from this number. Reply START to get texts again.`,
    start: (name) => `${name}: you will get texts from this number again. Reply STOP to opt out.`,
    help: (name) => `${name}: text your question and we will reply here. Reply STOP to opt out.`,
  },
  fr: {
    stop: (name) =>
      `${name}: vous ne recevrez plus de messages de ce numéro. Répondez START pour en recevoir de nouveau.`,
    start: (name) =>
      `${name}: vous recevrez de nouveau des messages de ce numéro. Répondez ARRET pour vous désabonner.`,
    help: (name) => `${name}: envoyez votre question et nous répondrons ici. Répondez ARRET pour vous désabonner.`,
  },
  es: {
    stop: (name) => `${name}: dejaremos de enviarle mensajes. Responda START para recibirlos de nuevo.`,
    start: (name) => `${name}: le enviaremos mensajes de nuevo. Responda ALTO para dejar de recibirlos.`,
    help: (name) =>
      `${name}: escriba su pregunta y le responderemos por este medio. Responda ALTO para no recibir mensajes.`,
  },
};

interface KeywordContext {
  readonly keyword: Keyword;
  /** The customer's text, which may hold the keyword in a form that the provider does not recognise. */
  readonly text: Pick<InboundText, "text" | "verdict">;
  readonly channel: Channel;
  readonly organisation: Organisation;
  readonly provider: Pick<SmsProvider, "capabilities"> | undefined;
}

/**
 * @returns the channel's keyword reply, in the language of the keyword; undefined when the provider or the carriers reply
 * to the keyword.
 */
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
  const language = languageOfKeyword(text.text, channel.keywords);
  const { byLanguage, ...replies } = channel.keywordReplies;
  return (
    byLanguage?.[language]?.[keyword] ?? replies[keyword] ?? STANDARD_REPLIES[language][keyword](organisation.name)
  );
};
