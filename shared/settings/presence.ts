import * as z from "zod";

/** What an agent says of its own readiness. */
export const chosenPresenceSchema = z.enum(["available", "busy", "do-not-disturb", "away", "offline"]);
export type ChosenPresence = z.infer<typeof chosenPresenceSchema>;

/** Readiness of an agent. `inactive` is set by the system when an offer was missed, and ends with the agent's next choice. */
export const presenceSchema = z.enum([...chosenPresenceSchema.options, "inactive"]);
export type Presence = z.infer<typeof presenceSchema>;
