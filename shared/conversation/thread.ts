import * as z from "zod";
import { contactIdSchema } from "../contact/contact.ts";
import {
  agentIdSchema,
  type KeyedHash,
  messageIdSchema,
  settingIdSchema,
  THREAD_ID_BYTES,
  type ThreadId,
  threadIdSchema,
} from "../kernel/ids.ts";
import { instantSchema } from "../kernel/instant.ts";
import type { Freshness, Page, PageRequest, Stored } from "../kernel/stored.ts";
import { type Address, addressSchema } from "../sms/address.ts";

/** Who said whether a customer may be texted. */
const consentSourceSchema = z.discriminatedUnion("kind", [
  /** The customer, by the keyword in this message. */
  z.object({ kind: z.literal("customer"), messageId: messageIdSchema }),
  /** The provider, when it refused a text. */
  z.object({ kind: z.literal("provider") }),
  z.object({ kind: z.literal("administrator"), agentId: agentIdSchema, reason: z.string().min(1).max(500) }),
]);

/** The last word on whether a customer may be texted from a number. */
const consentSchema = z.object({ optedOut: z.boolean(), changedAt: instantSchema, source: consentSourceSchema });
export type Consent = z.infer<typeof consentSchema>;

/** How many of the words on it a thread keeps: far more than anybody says. */
export const KEPT_CONSENTS = 100;

/** All that one channel and one customer ever write to each other. It never ends. */
export const threadSchema = z.object({
  id: threadIdSchema,
  channelId: settingIdSchema,
  /** The channel's number when the thread began; replies leave from it. */
  channelNumber: addressSchema,
  customer: addressSchema,
  /** Number of the newest conversation; 0 before the first. */
  lastNumber: z.int().min(0),
  /** Who an agent said this is; later conversations start with that contact. */
  contactId: contactIdSchema.optional(),
  /** Absent until the customer says something about it. */
  consent: consentSchema.optional(),
  /** Every word on it that counted when it came, oldest first. */
  consentHistory: z.array(consentSchema).max(KEPT_CONSENTS).default([]),
});
export type Thread = z.infer<typeof threadSchema>;

/** Where threads are kept. Every method throws TransientError when the store is unavailable or throttles. */
export interface Threads {
  find(id: ThreadId, freshness?: Freshness): Promise<Stored<Thread> | undefined>;
  create(thread: Thread): Promise<Stored<Thread> | "exists">;
  replace(stored: Stored<Thread>, next: Thread): Promise<Stored<Thread> | "stale">;
  /** Those whose customer has opted out, latest first. @param channelId - of one channel only. */
  optedOut(page: PageRequest, channelId?: string): Promise<Page<Thread>>;
}

/** Names the thread of a channel's number and a customer's address: the same for ever, under one key. */
export const threadIdOf = (keyedHash: KeyedHash, channelNumber: Address, customer: Address): ThreadId =>
  threadIdSchema.parse(keyedHash(`${channelNumber}|${customer}`).slice(0, THREAD_ID_BYTES * 2));

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly threads: Threads;
  }
}
