/** What a customer asks of the channel by one of the words that carriers and regulators reserve. */
export type Keyword = "stop" | "start" | "help";

// Sources: 47 CFR 64.1200(a)(10) (stop, quit, end, revoke, opt out, cancel, unsubscribe), CTIA Messaging Principles,
// Twilio's and TeleSign's default lists, ARRET for Canada.
const STOP = ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "ARRET"];
const START = ["START", "UNSTOP"];
const HELP = ["HELP", "INFO", "AIDE"];

const KEYWORDS = new Map<string, Keyword>([
  ...STOP.map((word) => [word, "stop"] as const),
  ...START.map((word) => [word, "start"] as const),
  ...HELP.map((word) => [word, "help"] as const),
]);

/** Upper case without accents, and without anything but letters and digits: "« Opt-out! »" becomes "OPTOUT". */
const bare = (text: string): string =>
  text
    .normalize("NFKD")
    .toUpperCase()
    .replace(/[^\p{Letter}\p{Number}]/gu, "");

/**
 * Recognises a text that is a keyword and nothing else, whatever its case, accents, punctuation and spaces.
 * @param optedOut - whether the customer has opted out of this thread: only then is "YES" an answer to that.
 */
export const keywordOf = (text: string, optedOut: boolean): Keyword | undefined => {
  const word = bare(text);
  if (word === "YES" && optedOut) return "start";
  return KEYWORDS.get(word);
};
