import type { Clock } from "../clock.ts";
import type { EventPublisher } from "../event-grid/publisher.ts";
import type { HttpApp } from "../http/app-server.ts";
import type { Account } from "./account.ts";
import type { Carrier } from "./carrier.ts";
import type { CustomerText } from "./customer-text.ts";
import type { Faults } from "./faults.ts";
import type { OptOuts } from "./opt-outs.ts";
import type { NumberOwner, OwnedNumber, OwnedNumberInput, OwnedNumbers } from "./owned-numbers.ts";
import type { SendFaults } from "./send-faults.ts";
import type { Webhooks } from "./webhooks.ts";

/** The parts of the phone network that a provider works with. */
export interface ProviderContext {
  readonly clock: Clock;
  /** The numbers of all providers. */
  readonly numbers: OwnedNumbers;
  readonly carrier: Carrier;
  readonly optOuts: OptOuts;
  readonly faults: Faults;
  readonly sendFaults: SendFaults;
  /** For a provider that calls the app's webhook itself. */
  readonly webhooks: Webhooks;
  /** For a provider that uses Event Grid. */
  readonly events: EventPublisher;
}

/** A provider as its folder exports it, for the registry. */
export interface ProviderDefinition extends NumberOwner {
  /** Line of the guide: the full name and the path of the API. */
  readonly summary: string;
  /** Effects of faults on events that this provider adds to the common ones, with their descriptions. */
  readonly eventFaults: Readonly<Record<string, string>>;
  /**
   * Sets up the provider, once in each network.
   * @param accountSettings - undefined for the defaults.
   * @throws ZodError when the settings of the account are malformed.
   */
  create(context: ProviderContext, accountSettings: unknown): Provider;
}

/** A provider in a phone network. */
export interface Provider {
  readonly account: Account<object>;
  /** The HTTP API. It serves the provider's own paths only. */
  readonly app: HttpApp;
  /**
   * Receives a customer's text.
   * @param number - the provider's number that the text is for.
   * @returns the id of the message.
   * @throws ZodError when the provider cannot carry the text.
   */
  receive(text: CustomerText, number: OwnedNumber): string;
  /**
   * Sets up a number as a company does whose app has one webhook for texts and reports.
   * @param webhookUrl - URL of the webhook; a provider that uses Event Grid ignores it.
   * @returns the number with its settings, to be registered.
   */
  connect(number: OwnedNumberInput, webhookUrl: string): OwnedNumberInput;
}
