import * as z from "zod";
import { ownedNumberSchema } from "../owned-numbers.ts";

/** A number at TeleSign. All types behave alike. */
export const telesignNumberSchema = ownedNumberSchema.extend({ provider: z.literal("telesign") });

export type TelesignNumber = z.output<typeof telesignNumberSchema>;
