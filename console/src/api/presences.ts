/** The presences that a person can choose. */
export const CHOSEN_PRESENCES = ["available", "busy", "do-not-disturb", "away", "offline"] as const;
export type ChosenPresence = (typeof CHOSEN_PRESENCES)[number];
