import * as z from "zod";
import type { Block, Thread } from "../../../shared/conversation/thread.ts";
import { agentIdSchema, settingIdSchema, threadIdSchema } from "../../../shared/kernel/ids.ts";
import { instantSchema } from "../../../shared/kernel/instant.ts";
import { addressSchema } from "../../../shared/sms/address.ts";
import type { Complete } from "./complete.ts";

const blockViewSchema = z.object({
  isBlocked: z.boolean(),
  changedAt: instantSchema,
  agentId: agentIdSchema.meta({ description: "Who blocked the number, or lifted the block" }),
  reason: z.string(),
});

export const blockedNumberViewSchema = z
  .object({
    id: threadIdSchema.meta({ description: "The id of the thread" }),
    channelId: settingIdSchema,
    channelNumber: addressSchema.meta({ description: "The number of the channel" }),
    customer: addressSchema.meta({ description: "The blocked number" }),
    block: blockViewSchema.optional(),
  })
  .meta({ id: "BlockedNumber" });
type BlockedNumberView = z.output<typeof blockedNumberViewSchema>;

const blockView = ({
  isBlocked,
  changedAt,
  agentId,
  reason,
}: Block): Complete<Block, z.output<typeof blockViewSchema>> => ({ isBlocked, changedAt, agentId, reason });

/** Members of a thread that are not about its block. */
type Unrelated =
  | "consent"
  | "consentHistory"
  | "contactId"
  | "continuedBy"
  | "helpReplies"
  | "lastNumber"
  | "writtenFrom";

export const blockedNumberView = (thread: Thread): Complete<Thread, BlockedNumberView, Unrelated> => ({
  id: thread.id,
  channelId: thread.channelId,
  channelNumber: thread.channelNumber,
  customer: thread.customer,
  block: thread.block && blockView(thread.block),
});
