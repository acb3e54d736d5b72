import { newThread, type Thread, threadIdOf } from "../../shared/conversation/thread.ts";
import { conversationIdOf } from "../../shared/kernel/ids.ts";
import { addressSchema } from "../../shared/sms/address.ts";
import type { Fakes } from "./fakes.ts";
import { type Details, sampleConversation } from "./sample-conversation.ts";
import { CHANNEL_NUMBER } from "./sample-organisation.ts";

interface OlderThread {
  /** The written form of the customer's number. */
  readonly customer: string;
  readonly channelNumber?: string;
  /** The thread's only conversation; none by default. */
  readonly conversation?: { readonly state: "active" | "closed"; readonly openedAt: string };
  readonly consent?: Thread["consent"];
}

/** Stores a thread as it was made when each written form of a number had a separate thread. */
export const storeOlderThread = async (
  fakes: Fakes,
  { customer, channelNumber = CHANNEL_NUMBER, conversation, consent }: OlderThread,
): Promise<Thread> => {
  const parties = { channelNumber: addressSchema.parse(channelNumber), customer: addressSchema.parse(customer) };
  const id = threadIdOf(fakes.keyedHash, parties.channelNumber, parties.customer);
  const fresh = newThread({ ...parties, id, channelId: "main" });
  const thread: Thread = {
    ...fresh,
    lastNumber: conversation ? 1 : 0,
    ...(consent && { consent, consentHistory: [consent] }),
  };
  await fakes.threads.create(thread);
  if (conversation) fakes.conversations.seed(sampleConversation(conversation.state, detailsOf(thread, conversation)));
  return thread;
};

const detailsOf = ({ id, customer, consent }: Thread, { openedAt }: { readonly openedAt: string }): Details => ({
  id: conversationIdOf(id, 1),
  threadId: id,
  customer,
  openedAt,
  optedOut: consent?.optedOut ?? false,
});
