import type { Contact } from "./types.ts";

/** The name of a contact; empty when the contact has none. */
export const nameOf = ({ firstName, lastName }: Pick<Contact, "firstName" | "lastName">): string =>
  `${firstName} ${lastName}`.trim();
