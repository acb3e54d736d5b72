import { randomBytes } from "node:crypto";
import { contactIdSchema } from "../../shared/contact/contact.ts";
import type { Conversation, ConversationState } from "../../shared/conversation/conversation.ts";
import {
  agentIdSchema,
  conversationIdOf,
  messageIdSchema,
  type ThreadId,
  threadIdSchema,
} from "../../shared/kernel/ids.ts";
import { instantSchema } from "../../shared/kernel/instant.ts";
import { phoneNumberSchema } from "../../shared/sms/address.ts";
import { type Details, sampleConversation } from "../fakes/sample-conversation.ts";

// All tests of a run, and earlier runs, may share a store: every test writes under new ids.
const hex = (bytes: number): string => randomBytes(bytes).toString("hex");

export const newThreadId = () => threadIdSchema.parse(hex(12));
export const newConversationId = () => conversationIdOf(newThreadId(), 1);
export const newAgentId = () => agentIdSchema.parse(`agent-${hex(6)}`);
export const newContactId = () => contactIdSchema.parse(`contact-${hex(6)}`);
export const newSettingId = (): string => `setting-${hex(6)}`;
export const newMessageId = () => messageIdSchema.parse(`out-${hex(12)}`);
export const newPhoneNumber = () =>
  phoneNumberSchema.parse(`+1${Number.parseInt(hex(5), 16).toString().padStart(13, "0").slice(-13)}`);

/** A time in the morning of 2 March 2026. */
export const at = (minute: number) => instantSchema.parse(`2026-03-02T09:${String(minute).padStart(2, "0")}:00.000Z`);

/** The first conversation of a thread, by default a new one. */
export const newConversation = (
  state: ConversationState,
  some: Details = {},
  threadId: ThreadId = newThreadId(),
): Conversation => sampleConversation(state, { id: conversationIdOf(threadId, 1), threadId, ...some });
