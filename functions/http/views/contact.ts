import * as z from "zod";
import { type Contact, contactIdSchema } from "../../../shared/contact/contact.ts";
import { agentIdSchema } from "../../../shared/kernel/ids.ts";
import { instantSchema } from "../../../shared/kernel/instant.ts";
import { phoneNumberSchema } from "../../../shared/sms/address.ts";
import type { Complete } from "./complete.ts";

export const contactViewSchema = z
  .object({
    id: contactIdSchema,
    mobilePhone: phoneNumberSchema,
    firstName: z.string(),
    lastName: z.string(),
    preferredAgentIds: z
      .array(agentIdSchema)
      .meta({ description: "The agents who should answer this customer, in order of preference" }),
    tags: z.array(z.string()).meta({ description: "Labels that routing rules match, such as vip" }),
    updatedAt: instantSchema.meta({ description: "When the contact last changed" }),
    retiredAt: instantSchema
      .optional()
      .meta({ description: "When the contact was retired; absent while its number finds it" }),
  })
  .meta({ id: "Contact" });
type ContactView = z.output<typeof contactViewSchema>;

export const contactView = (contact: Contact): Complete<Contact, ContactView> => ({
  id: contact.id,
  mobilePhone: contact.mobilePhone,
  firstName: contact.firstName,
  lastName: contact.lastName,
  preferredAgentIds: contact.preferredAgentIds,
  tags: contact.tags,
  updatedAt: contact.updatedAt,
  retiredAt: contact.retiredAt,
});
