import { messageIdSchema } from "../../shared/kernel/ids.ts";

/** The member of a request that writes a message, by which the caller learns of a colleague's newer one first. */
export const lastSeenMessageIdSchema = messageIdSchema.exactOptional().meta({
  description:
    "The newest message that the caller saw. When a colleague has written a newer reply or note, nothing is done (409 newer-message)",
});
