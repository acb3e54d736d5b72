import * as z from "zod";

/** The presences that an agent can choose. */
export const chosenPresenceSchema = z.enum(["available", "busy", "do-not-disturb", "away", "offline"]);
export type ChosenPresence = z.infer<typeof chosenPresenceSchema>;

/** The presence of an agent. The system sets `inactive` after a missed offer; the agent's next choice ends it. */
export const presenceSchema = z.enum([...chosenPresenceSchema.options, "inactive"]);
export type Presence = z.infer<typeof presenceSchema>;
