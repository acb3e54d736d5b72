import * as z from "zod";

/** The meaning of a word that carriers and regulators reserve. */
export const keywordSchema = z.enum(["stop", "start", "help"]);
export type Keyword = z.infer<typeof keywordSchema>;

/** A keyword that the provider recognised, whatever the word: the company may have set words of its own there. */
export interface KeywordVerdict {
  readonly keyword: Keyword;
  /** Whether the provider has replied to the customer. */
  readonly isAnswered: boolean;
}

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

/** Folds to upper-case letters and digits without accents: "« Opt-out! »" becomes "OPTOUT". */
const fold = (text: string): string =>
  text
    .normalize("NFKD")
    .toUpperCase()
    .replace(/[^\p{Letter}\p{Number}]/gu, "");

/**
 * Recognises a text that consists of a keyword, whatever its case, accents, punctuation and spaces.
 * @param optedOut - whether the customer has opted out of the thread: only then does "YES" mean start.
 * @returns undefined for any other text.
 */
export const keywordOf = (text: string, optedOut: boolean): Keyword | undefined => {
  const word = fold(text);
  if (word === "YES" && optedOut) return "start";
  return KEYWORDS.get(word);
};

/** Requests to stop that are not a keyword. An agent must decide what is meant. */
const STOP_REQUESTS = [
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
 * Whether a text may be a request to stop without being a keyword. Source: 47 CFR 64.1200(a)(10): any wording counts that
 * a reasonable person would understand so.
 */
export const asksToStop = (text: string): boolean => {
  const plain = text.replaceAll("’", "'");
  return keywordOf(text, false) === undefined && STOP_REQUESTS.some((request) => request.test(plain));
};
