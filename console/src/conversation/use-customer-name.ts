import { useQuery } from "@tanstack/react-query";
import { nameOf } from "../api/contact-name.ts";
import { contactQuery } from "../api/queries.ts";
import type { Conversation } from "../api/types.ts";
import { useServices } from "../services/services.ts";
import { formatNumber } from "../ui/phone-number.ts";

/** The name of a conversation's customer, or the number until the name is known. */
export const useCustomerName = ({ contact, customer }: Pick<Conversation, "contact" | "customer">): string => {
  const { api } = useServices();
  const contactId = contact.kind === "linked" ? contact.contactId : "";
  const { data } = useQuery({ ...contactQuery(api, contactId), enabled: contactId !== "" });
  return (data && nameOf(data)) || formatNumber(customer);
};
