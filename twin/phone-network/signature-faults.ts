/** The effects on webhook calls that every provider with signed webhooks applies. */
export const SIGNATURE_FAULTS = {
  forge: "A webhook is signed with a key that is not the account's.",
  tamper: "The text or status of a webhook is changed after signing.",
} as const;
