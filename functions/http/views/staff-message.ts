import * as z from "zod";
import type { StaffMessage } from "../../../shared/conversation/conversation.ts";
import { agentIdSchema, messageIdSchema } from "../../../shared/kernel/ids.ts";
import { instantSchema } from "../../../shared/kernel/instant.ts";
import type { Complete } from "./complete.ts";

export const staffMessageViewSchema = z.object({
  id: messageIdSchema,
  by: agentIdSchema.meta({ description: "The agent who wrote it" }),
  at: instantSchema,
});

export const staffMessageView = ({
  id,
  by,
  at,
}: StaffMessage): Complete<StaffMessage, z.output<typeof staffMessageViewSchema>> => ({ id, by, at });
