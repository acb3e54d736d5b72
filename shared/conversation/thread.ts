import * as z from "zod";
import { agentIdSchema } from "../agent/agent.ts";
import { contactIdSchema } from "../contact/contact.ts";
import { type ThreadId, threadIdSchema } from "../kernel/ids.ts";
import { instantSchema } from "../kernel/instant.ts";
import type { Freshness, Page, PageRequest, Stored } from "../kernel/stored.ts";
import { settingIdSchema } from "../settings/settings.ts";
import { addressSchema } from "../sms/address.ts";
import { type MessageId, messageIdSchema } from "./message.ts";

/** Who said whether a customer may be texted. */
const consentSourceSchema = z.discriminatedUnion("kind", [
  /** The customer, by the keyword in this message. */
  z.object({ kind: z.literal("customer"), messageId: messageIdSchema }),
  /** The provider, when it refused a text. */
  z.object({ kind: z.literal("provider") }),
  z.object({ kind: z.literal("administrator"), agentId: agentIdSchema, reason: z.string().min(1).max(500) }),
]);

/** The last word on whether a customer may be texted from a number. */
export const consentSchema = z.object({ optedOut: z.boolean(), at: instantSchema, by: consentSourceSchema });
export type Consent = z.infer<typeof consentSchema>;

/** How many of the words on it a thread keeps: far more than anybody says. */
const KEPT_CONSENTS = 100;

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
  consents: z.array(consentSchema).max(KEPT_CONSENTS).default([]),
});
export type Thread = z.infer<typeof threadSchema>;

export const isOptedOut = (thread: Thread): boolean => thread.consent?.optedOut ?? false;

/**
 * Takes note of a customer's word. An earlier one that arrives late changes nothing; of two from the same moment, the
 * opt-out counts, so that the order in which they arrive does not.
 * @returns the same object when nothing changes.
 */
export const withConsent = (thread: Thread, consent: Consent): Thread =>
  thread.consent && stands(thread.consent, consent)
    ? thread
    : { ...thread, consent, consents: [...thread.consents, consent].slice(-KEPT_CONSENTS) };

const stands = (known: Consent, told: Consent): boolean =>
  known.at === told.at ? known.optedOut || !told.optedOut : known.at > told.at;

/**
 * The customer's opt-out that holds, if this message said it first: a customer who says STOP again has opted out
 * already.
 */
export const optOutFirstSaidBy = ({ consents }: Thread, messageId: MessageId): Consent | undefined => {
  const since = consents.findLastIndex(({ optedOut }) => !optedOut) + 1;
  const first = consents.slice(since).find(({ by }) => by.kind === "customer");
  return first?.by.kind === "customer" && first.by.messageId === messageId ? first : undefined;
};

/** Where threads are kept. Every method throws TransientError when the store is unavailable or throttles. */
export interface Threads {
  find(id: ThreadId, freshness?: Freshness): Promise<Stored<Thread> | undefined>;
  create(thread: Thread): Promise<"created" | "exists">;
  replace(stored: Stored<Thread>, next: Thread): Promise<"replaced" | "stale">;
  /** Those whose customer has opted out, latest first. @param channelId - of one channel only. */
  optedOut(page: PageRequest, channelId?: string): Promise<Page<Thread>>;
}
