import type { Ports } from "../kernel/ports.ts";
import { RETRY, retryOnConflict } from "../kernel/retry-on-conflict.ts";
import type { Stored } from "../kernel/stored.ts";
import type { Contact, ContactId } from "./contact.ts";

interface RetireContactRequest {
  readonly id: ContactId;
  /** The version to retire; any version without it. */
  readonly etag: string | undefined;
}

export type RetiredContact =
  | { readonly kind: "retired"; readonly stored: Stored<Contact> }
  /** `stale`: the contact has another version. Nothing was changed. */
  | { readonly kind: "not-found" | "stale" };

/**
 * Retires a contact, which is no longer found by its number. Conversations keep their link to it. Retiring a retired
 * contact changes nothing.
 * @throws TransientError when the store is unavailable, or concurrent changes do not cease.
 */
export const retireContact = (
  { contacts, now }: Pick<Ports, "contacts" | "now">,
  { id, etag }: RetireContactRequest,
): Promise<RetiredContact> =>
  retryOnConflict<RetiredContact>({ what: `contact ${id}` }, async () => {
    const stored = await contacts.findWithRetired(id);
    if (!stored) return { kind: "not-found" };
    if (etag !== undefined && stored.etag !== etag) return { kind: "stale" };
    if (stored.value.retiredAt !== undefined) return { kind: "retired", stored };
    const retiredAt = now();
    const retired = await contacts.replace(stored, { ...stored.value, retiredAt, updatedAt: retiredAt });
    return retired === "stale" ? RETRY : { kind: "retired", stored: retired };
  });
