import type { TextInput } from "./customer-text.ts";
import type { Fault, FaultInput } from "./faults.ts";
import type { ConversationText, HandsetText } from "./handsets.ts";
import type { OwnedNumber, OwnedNumberInput } from "./owned-numbers.ts";
import type { WebhookAttempt } from "./webhooks.ts";

/** The ways in which people, demos and tests use the phone network: to play the customer, and to cause faults. */
export interface PhoneNetworkControls {
  /**
   * Sends a customer's text to an owned number.
   * @returns the id of the message, and the id of its event or webhook call, which is the same.
   * @throws ZodError when a number is malformed, the text is empty, or the provider cannot carry it.
   */
  text(input: TextInput): { readonly messageId: string; readonly eventId: string };

  /** The texts that a customer's phone has received, oldest first. @throws ZodError when the number is malformed. */
  handset(number: string): readonly HandsetText[];

  /**
   * The texts between a customer's phone and an owned number, both ways, oldest first.
   * @throws ZodError when a number is malformed.
   */
  conversation(number: string, owned: string): readonly ConversationText[];

  /** The numbers of the customers' phones that have sent or received a text. */
  handsets(): readonly string[];

  /**
   * Registers a number, or replaces its registration.
   * @throws ZodError when it is malformed or its provider unknown.
   */
  setNumber(number: OwnedNumberInput): OwnedNumber;

  /** The registered numbers. */
  numbers(): readonly OwnedNumber[];

  /** The settings of the accounts by the name of the provider, with their keys, which protect nothing. */
  accounts(): Readonly<Record<string, object>>;

  /**
   * Changes settings of the account at a provider.
   * @returns all of its settings.
   * @throws ZodError when the provider is unknown, or the changed settings are malformed.
   */
  updateAccount(provider: string, changes: unknown): object;

  /** @throws ZodError when the fault is malformed. */
  addFault(input: FaultInput): Fault;

  /** The pending faults, oldest first. `times` is how many more times a fault applies. */
  faults(): readonly Fault[];

  /** Removes all faults and delivers the events that the fault "hold" keeps back. */
  clearFaults(): void;

  /** All attempts of providers to call a webhook that have ended, oldest first. */
  webhookCalls(): readonly WebhookAttempt[];
}
