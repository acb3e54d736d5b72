/** One of list and conversation has room. */
export const NARROW = "@media (max-width: 40rem)";
/** The customer has no room beside the conversation. */
export const MEDIUM = "@media (max-width: 64rem)";
