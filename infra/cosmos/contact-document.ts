import * as z from "zod";
import type { Contact } from "../../shared/contact/contact.ts";
import { agentIdSchema } from "../../shared/kernel/ids.ts";
import { instantSchema } from "../../shared/kernel/instant.ts";
import type { PhoneNumber } from "../../shared/sms/address.ts";
import { complete, type DocumentKind, defineDocument, sameShape } from "./document-kind.ts";
import { storedContactIdSchema, storedPhoneNumberSchema } from "./stored-values.ts";

const contactDocumentSchema = z.object({
  id: storedContactIdSchema,
  mobilePhone: storedPhoneNumberSchema,
  firstName: z.string(),
  lastName: z.string(),
  preferredAgentIds: z.array(agentIdSchema),
  tags: z.array(z.string()),
  updatedAt: instantSchema,
  retiredAt: instantSchema.optional(),
  replaces: storedPhoneNumberSchema.optional(),
});
type ContactDocument = z.infer<typeof contactDocumentSchema>;

/** A contact under one of its numbers. */
export interface ContactCopy {
  readonly contact: Contact;
  /** The number that the contact is moving from: the copy under that number is still to be removed. */
  readonly replaces: PhoneNumber | undefined;
}

const toContact = (document: ContactDocument): Contact =>
  complete<Contact>({
    id: document.id,
    mobilePhone: document.mobilePhone,
    firstName: document.firstName,
    lastName: document.lastName,
    preferredAgentIds: document.preferredAgentIds,
    tags: document.tags,
    updatedAt: document.updatedAt,
    retiredAt: document.retiredAt,
  });

export const CONTACT_COPY_DOCUMENT: DocumentKind<ContactCopy> = defineDocument({
  container: "contacts",
  schema: contactDocumentSchema,
  upgrades: [sameShape],
  toDocument: ({ contact, replaces }) => ({
    id: contact.id,
    mobilePhone: contact.mobilePhone,
    firstName: contact.firstName,
    lastName: contact.lastName,
    preferredAgentIds: [...contact.preferredAgentIds],
    tags: [...contact.tags],
    updatedAt: contact.updatedAt,
    retiredAt: contact.retiredAt,
    replaces,
  }),
  fromDocument: (document) => ({ contact: toContact(document), replaces: document.replaces }),
});

/** Contacts, whichever copy is read. */
export const CONTACT_DOCUMENT: DocumentKind<Contact> = {
  container: CONTACT_COPY_DOCUMENT.container,
  toDocument: (contact) => CONTACT_COPY_DOCUMENT.toDocument({ contact, replaces: undefined }),
  fromDocument: (document) => CONTACT_COPY_DOCUMENT.fromDocument(document).contact,
};
