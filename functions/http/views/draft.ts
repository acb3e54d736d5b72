import * as z from "zod";
import { DRAFT_KINDS, type Draft } from "../../../shared/conversation/drafts.ts";
import { instantSchema } from "../../../shared/kernel/instant.ts";
import type { Complete } from "./complete.ts";

export const draftViewSchema = z
  .object({
    kind: z.enum(DRAFT_KINDS),
    text: z.string(),
    updatedAt: instantSchema,
  })
  .meta({ id: "Draft" });

/** Shows a draft to its author. */
export const draftView = ({
  kind,
  text,
  updatedAt,
}: Draft): Complete<Draft, z.output<typeof draftViewSchema>, "conversationId" | "agentId"> => ({
  kind,
  text,
  updatedAt,
});
