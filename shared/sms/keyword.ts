import * as z from "zod";

/** What a customer asks of the channel by one of the words that carriers and regulators reserve. */
export const keywordSchema = z.enum(["stop", "start", "help"]);
export type Keyword = z.infer<typeof keywordSchema>;

// Sources: 47 CFR 64.1200(a)(10) (stop, quit, end, revoke, opt out, cancel, unsubscribe), CTIA Messaging Principles,
// Twilio's and TeleSign's default lists, ARRET for Canada.
export const KEYWORD_WORDS: Readonly<Record<Keyword, readonly string[]>> = {
  stop: ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "ARRET"],
  start: ["START", "UNSTOP"],
  help: ["HELP", "INFO", "AIDE"],
};

const KEYWORDS = new Map(
  keywordSchema.options.flatMap((keyword) => KEYWORD_WORDS[keyword].map((word) => [word, keyword] as const)),
);

/** Upper case without accents, and without anything but letters and digits: "« Opt-out! »" becomes "OPTOUT". */
const bareWord = (text: string): string =>
  text
    .normalize("NFKD")
    .toUpperCase()
    .replace(/[^\p{Letter}\p{Number}]/gu, "");

/**
 * Recognises a text that is a keyword and nothing else, whatever its case, accents, punctuation and spaces.
 * @param optedOut - whether the customer has opted out of this thread: only then is "YES" an answer to that.
 */
export const keywordOf = (text: string, optedOut: boolean): Keyword | undefined => {
  const word = bareWord(text);
  if (word === "YES" && optedOut) return "start";
  return KEYWORDS.get(word);
};

/** Ways to ask for no more texts in other words than a keyword alone. A person has to read what is meant. */
const REQUESTS = [
  /\b(stop|quit|cease)\b.{0,20}\b(text|texting|messag\w*|sms|contacting|writing)/i,
  /\bno (more|further)\b.{0,20}\b(texts?|messages?|sms)\b/i,
  /\b(do not|don't|never)\b.{0,20}\b(text|message|contact|write to)\b/i,
  /\bunsubscribe\b/i,
  /\bopt(ing|ed)?[ -]?out\b/i,
  /\b(remove|delete|take)\b.{0,10}\b(me|my number)\b.{0,20}\b(list|off|from)\b/i,
  /\brevoke\b.{0,20}\bconsent\b/i,
  /^\W*(please\W+)?(stop|stopall)\b/i,
];

/**
 * Says whether a text may ask for no more texts, without being a keyword. Source: 47 CFR 64.1200(a)(10): other wording
 * counts where a reasonable person would understand it so.
 */
export const asksToStop = (text: string): boolean => {
  const plain = text.replaceAll("’", "'");
  return keywordOf(text, false) === undefined && REQUESTS.some((request) => request.test(plain));
};
