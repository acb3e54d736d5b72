import { type NumberProblem, readMobilePhone } from "../contact/mobile-phone.ts";
import type { QueueAssignment } from "../conversation/conversation.ts";
import { findThreads } from "../conversation/subscriber-threads.ts";
import { threadContacts } from "../conversation/thread-contacts.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Ports } from "../kernel/ports.ts";
import { addressSchema } from "../sms/address.ts";
import { chooseQueue, type RuleObstacle, ruleObstacle } from "./choose-queue.ts";

export interface RuleTrial {
  readonly channelId: string;
  /** A number as people write it. */
  readonly customer: string;
  /** The text that would open the conversation. */
  readonly text: string;
  /** When the text would arrive. */
  readonly at: Instant;
}

export type RuleTrialOutcome =
  | {
      readonly kind: "chosen";
      readonly assignment: QueueAssignment;
      /** The rules up to the one that applies, in their order. Only that one has no obstacle. */
      readonly rules: readonly { readonly name: string; readonly obstacle: RuleObstacle | undefined }[];
    }
  | { readonly kind: "unknown-channel" | "no-organisation" | NumberProblem };

/**
 * Finds the queue to which the routing rules would bring a text, and why earlier rules do not apply. Nothing is stored.
 * @throws TransientError when a store is unavailable.
 */
export const tryRules = async (
  ports: Pick<Ports, "contacts" | "keyedHash" | "settings" | "threads">,
  { channelId, customer, text, at }: RuleTrial,
): Promise<RuleTrialOutcome> => {
  const settings = await ports.settings.snapshot();
  const { organisation } = settings;
  if (!organisation) return { kind: "no-organisation" };
  const channel = settings.channels.find(({ id }) => id === channelId);
  if (!channel) return { kind: "unknown-channel" };
  const reading = await readMobilePhone(ports, customer);
  if (reading.kind !== "number") return reading;
  const address = addressSchema.parse(reading.number);
  const threads = await findThreads(ports, { channelNumber: channel.number, customer: address });
  const linked = threads.find(({ value: { contactId } }) => contactId !== undefined);
  const contacts = await threadContacts(ports, address, linked?.value);
  const contact = contacts.length === 1 ? contacts[0] : undefined;
  const routing = { organisation, channel, contact, text, now: at };
  const tried = settings.rules.map((rule) => ({ name: rule.name, obstacle: ruleObstacle(rule, settings, routing) }));
  const applying = tried.findIndex(({ obstacle }) => obstacle === undefined);
  return {
    kind: "chosen",
    assignment: chooseQueue(settings, routing),
    rules: applying === -1 ? tried : tried.slice(0, applying + 1),
  };
};
