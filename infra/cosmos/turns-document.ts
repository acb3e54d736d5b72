import * as z from "zod";
import { type DocumentKind, defineDocument, sameShape } from "./document-kind.ts";

/** The end of the turns of a channel that are taken. */
export interface Turns {
  readonly channelId: string;
  /** Milliseconds since the Unix epoch. */
  readonly end: number;
}

const turnsDocumentSchema = z.object({ id: z.string(), end: z.number() });

export const TURNS_DOCUMENT: DocumentKind<Turns> = defineDocument<Turns, z.infer<typeof turnsDocumentSchema>>({
  container: "pace",
  schema: turnsDocumentSchema,
  upgrades: [sameShape],
  toDocument: ({ channelId, end }) => ({ id: channelId, end }),
  fromDocument: ({ id, end }) => ({ channelId: id, end }),
});
