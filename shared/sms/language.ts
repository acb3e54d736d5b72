import * as z from "zod";

/** The languages that have built-in keywords and replies, by their ISO 639-1 codes. */
export const languageSchema = z.enum(["en", "fr", "es"]);
export type Language = z.infer<typeof languageSchema>;
