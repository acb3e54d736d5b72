import * as z from "zod";
import { contactIdSchema } from "../../../shared/contact/contact.ts";
import type { ImportedLine } from "../../../shared/contact/import-contacts.ts";

const lineViewSchema = z.discriminatedUnion("outcome", [
  z.object({
    line: z.int(),
    outcome: z.enum(["created", "updated", "unchanged"]),
    contactId: contactIdSchema,
  }),
  z.object({ line: z.int(), outcome: z.literal("refused"), reason: z.string() }),
]);

export const contactImportViewSchema = z
  .object({
    created: z.int(),
    updated: z.int(),
    unchanged: z.int(),
    refused: z.int(),
    lines: z.array(lineViewSchema).meta({ description: "The outcome of each line; the header is line 1" }),
  })
  .meta({ id: "ContactImport" });

const lineView = (line: ImportedLine): z.output<typeof lineViewSchema> => {
  switch (line.outcome) {
    case "created":
    case "updated":
    case "unchanged":
      return { line: line.line, outcome: line.outcome, contactId: line.contactId };
    case "refused":
      return { line: line.line, outcome: line.outcome, reason: line.reason };
    default:
      return line satisfies never;
  }
};

export const contactImportView = (lines: readonly ImportedLine[]): z.output<typeof contactImportViewSchema> => {
  const count = (outcome: ImportedLine["outcome"]): number => lines.filter((line) => line.outcome === outcome).length;
  return {
    created: count("created"),
    updated: count("updated"),
    unchanged: count("unchanged"),
    refused: count("refused"),
    lines: lines.map(lineView),
  };
};
