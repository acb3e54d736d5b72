import * as z from "zod";
import { agentIdSchema } from "../kernel/ids.ts";
import { instantSchema } from "../kernel/instant.ts";
import { wellFormedTextSchema } from "../kernel/text.ts";
import { phoneNumberSchema } from "../sms/address.ts";

/** An opaque id of a contact. */
export const contactIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/)
  .brand("ContactId");
export type ContactId = z.infer<typeof contactIdSchema>;

/** A customer, known by mobile phone. Several contacts may share a number. */
export const contactSchema = z.object({
  id: contactIdSchema,
  mobilePhone: phoneNumberSchema,
  firstName: wellFormedTextSchema.max(100),
  lastName: wellFormedTextSchema.max(100),
  /** The agents who are offered the customer's conversations first, in this order. */
  preferredAgentIds: z.array(agentIdSchema).max(3),
  /** Words that routing rules match, such as "vip". */
  tags: z.array(wellFormedTextSchema.min(1).max(50)).max(20),
  updatedAt: instantSchema,
  /** When an administrator retired the contact; absent while its number finds it. */
  retiredAt: instantSchema.optional(),
});
export type Contact = z.infer<typeof contactSchema>;

/** The customer of a conversation: a contact, one of several from which an agent chooses, or unidentified. */
export const contactLinkSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("unidentified") }),
  z.object({ kind: z.literal("linked"), contactId: contactIdSchema }),
  z.object({ kind: z.literal("candidates"), contactIds: z.array(contactIdSchema).min(2) }),
]);
export type ContactLink = z.infer<typeof contactLinkSchema>;

/** @param contacts - every contact with the customer's number. */
export const linkOf = (contacts: readonly Contact[]): ContactLink => {
  const [first, ...others] = contacts;
  if (!first) return { kind: "unidentified" };
  if (others.length === 0) return { kind: "linked", contactId: first.id };
  return { kind: "candidates", contactIds: contacts.map((contact) => contact.id) };
};
