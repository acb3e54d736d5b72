const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  stop: ["arrêt", "arret", "cancel", "end", "quit", "stop", "unsubscribe"],
  help: ["aide", "contact", "help", "info"],
  start: ["start"],
};

/**
 * What TeleSign makes of a customer's text: it classifies, and leaves the answer and the opt-out to the company. Its
 * lists lack words that others know, such as STOPALL, OPTOUT and REVOKE. Source: TeleSign, inbound SMS callback.
 */
export const classified = (text: string): { readonly action: string; readonly keyword: string } => {
  const word = text.trim().toLowerCase();
  const [action] = Object.entries(ACTIONS).find(([, words]) => words.includes(word)) ?? [];
  return action === undefined ? { action: "generic", keyword: "" } : { action, keyword: word };
};
