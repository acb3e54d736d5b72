import * as z from "zod";
import { agentIdSchema } from "../kernel/ids.ts";
import { instantSchema } from "../kernel/instant.ts";
import { phoneNumberSchema } from "../sms/address.ts";

/** An opaque id of a contact. */
export const contactIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/)
  .brand("ContactId");
export type ContactId = z.infer<typeof contactIdSchema>;

/** A customer, known by mobile phone. Several may share one number. */
export const contactSchema = z.object({
  id: contactIdSchema,
  mobilePhone: phoneNumberSchema,
  firstName: z.string().max(100),
  lastName: z.string().max(100),
  /** Who should answer this customer, best first. */
  preferredAgentIds: z.array(agentIdSchema).max(3),
  /** Words that routing rules look for, such as "vip". */
  tags: z.array(z.string().min(1).max(50)).max(20),
  updatedAt: instantSchema,
});
export type Contact = z.infer<typeof contactSchema>;

/**
 * Who a conversation is with: a known contact; one of several that share the number, for the agent to choose; or
 * somebody unknown.
 */
export const contactLinkSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("unidentified") }),
  z.object({ kind: z.literal("linked"), contactId: contactIdSchema }),
  z.object({ kind: z.literal("candidates"), contactIds: z.array(contactIdSchema).min(2) }),
]);
export type ContactLink = z.infer<typeof contactLinkSchema>;

/** Makes the link from all contacts that have the customer's number. */
export const linkOf = (contacts: readonly Contact[]): ContactLink => {
  const [first, ...others] = contacts;
  if (!first) return { kind: "unidentified" };
  if (others.length === 0) return { kind: "linked", contactId: first.id };
  return { kind: "candidates", contactIds: contacts.map((contact) => contact.id) };
};
