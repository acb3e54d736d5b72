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

/** The origin of a consent change. */
const consentSourceSchema = z.discriminatedUnion("kind", [
  /** The customer sent a keyword in this message. */
  z.object({ kind: z.literal("customer"), messageId: messageIdSchema }),
  /** The provider refused a text, because the customer has opted out there. */
  z.object({ kind: z.literal("provider") }),
  z.object({ kind: z.literal("administrator"), agentId: agentIdSchema, reason: z.string().min(1).max(500) }),
]);

/** Whether a customer may be texted from a channel. */
const consentSchema = z.object({ optedOut: z.boolean(), changedAt: instantSchema, source: consentSourceSchema });
export type Consent = z.infer<typeof consentSchema>;

/** How many consent changes a thread keeps: far more than a customer makes. */
export const KEPT_CONSENTS = 100;

/** A HELP that got its reply. */
const helpReplySchema = z.object({ messageId: messageIdSchema, repliedAt: instantSchema });
export type HelpReply = z.infer<typeof helpReplySchema>;

/** Whether a customer's number is blocked, and who changed that last. */
const blockSchema = z.object({
  isBlocked: z.boolean(),
  changedAt: instantSchema,
  agentId: agentIdSchema,
  reason: z.string().min(1).max(500),
});
export type Block = z.infer<typeof blockSchema>;

/** Everything that one channel and one customer address ever write to each other. It never ends. */
export const threadSchema = z.object({
  id: threadIdSchema,
  channelId: settingIdSchema,
  /** The channel's number when the thread began. Replies leave from it. */
  channelNumber: addressSchema,
  /** The customer's address when the thread began. */
  customer: addressSchema,
  /** The written form that the customer last wrote from, once it was another. Texts are sent to it. */
  writtenFrom: z.object({ address: addressSchema, at: instantSchema }).optional(),
  /**
   * The thread that goes on for a subscriber who has threads in several written forms, on the thread of the canonical
   * form. It never changes.
   */
  continuedBy: threadIdSchema.optional(),
  /** The number of the newest conversation; 0 before the first. */
  lastNumber: z.int().min(0),
  /** The contact that an agent linked. Later conversations start with it. */
  contactId: contactIdSchema.optional(),
  /** The present consent; absent before the first change. */
  consent: consentSchema.optional(),
  /** The consent changes, oldest first. */
  consentHistory: z.array(consentSchema).max(KEPT_CONSENTS).default([]),
  /** The recent replies to HELP, oldest first: at most as many as an hour may have. */
  helpReplies: z.array(helpReplySchema).default([]),
  /** Absent before the number is blocked for the first time. */
  block: blockSchema.optional(),
});
export type Thread = z.infer<typeof threadSchema>;

/** @returns the thread before its first conversation. */
export const newThread = (parties: Pick<Thread, "id" | "channelId" | "channelNumber" | "customer">): Thread => ({
  ...parties,
  lastNumber: 0,
  consentHistory: [],
  helpReplies: [],
});

/** The store of threads. Every method throws TransientError when the store is unavailable or throttles. */
export interface Threads {
  /**
   * Finds a thread.
   *
   * @remarks By default the read may miss a recent write: see `Freshness`.
   * @returns `undefined` when there is no such thread.
   */
  find(id: ThreadId, freshness?: Freshness): Promise<Stored<Thread> | undefined>;
  /** @returns `exists` when there is a thread with this id: nothing is written then. */
  create(thread: Thread): Promise<Stored<Thread> | "exists">;
  /**
   * Writes the next version of a thread.
   * @returns `stale` when it has changed since it was read: nothing is written then.
   */
  replace(stored: Stored<Thread>, next: Thread): Promise<Stored<Thread> | "stale">;
  /**
   * Lists the threads whose customer has opted out, the latest change first.
   * @param channelId - limits the list to one channel.
   */
  optedOut(page: PageRequest, channelId?: string): Promise<Page<Thread>>;
  /**
   * Lists the threads whose customer's number is blocked, the latest block first.
   * @param channelId - limits the list to one channel.
   */
  blocked(page: PageRequest, channelId?: string): Promise<Page<Thread>>;
}

/** The id of the thread between a channel's number and a customer's address. It never changes under one key. */
export const threadIdOf = (keyedHash: KeyedHash, channelNumber: Address, customer: Address): ThreadId =>
  threadIdSchema.parse(keyedHash(`${channelNumber}|${customer}`).slice(0, THREAD_ID_BYTES * 2));

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly threads: Threads;
  }
}
