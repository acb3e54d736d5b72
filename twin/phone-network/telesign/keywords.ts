const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  stop: ["arrêt", "arret", "cancel", "end", "quit", "stop", "unsubscribe"],
  help: ["aide", "contact", "help", "info"],
  start: ["start"],
};

/**
 * Classifies a customer's text. TeleSign leaves the reply and the opt-out to the company. Its lists lack words that
 * other providers have, such as STOPALL, OPTOUT and REVOKE. Source: TeleSign, inbound SMS callback.
 */
export const classified = (text: string): { readonly action: string; readonly keyword: string } => {
  const word = text.trim().toLowerCase();
  const [action] = Object.entries(ACTIONS).find(([, words]) => words.includes(word)) ?? [];
  return action === undefined ? { action: "generic", keyword: "" } : { action, keyword: word };
};
