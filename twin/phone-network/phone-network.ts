import { randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import { type DeadLetter, Deliverer, type Delivery } from "../event-grid/delivery.ts";
import { EventGrid } from "../event-grid/event-grid.ts";
import type { Subscription, SubscriptionInput } from "../event-grid/subscription.ts";
import { Agenda } from "../webhooks/agenda.ts";
import { CallsUnderWay } from "../webhooks/in-flight-calls.ts";
import { Carrier } from "./carrier.ts";
import { type TextInput, textSchema } from "./customer-text.ts";
import { type Fault, type FaultInput, Faults, faultSchema } from "./faults.ts";
import { Handsets, type HandsetText } from "./handsets.ts";
import { serveApi } from "./http-api.ts";
import { HttpServer } from "./http-server.ts";
import { OptOuts } from "./opt-outs.ts";
import { type OwnedNumber, type OwnedNumberInput, OwnedNumbers } from "./owned-numbers.ts";
import { phoneNumberSchema } from "./phone-number.ts";
import { Providers } from "./providers.ts";
import { type TelesignAccount, type TelesignAccountInput, telesignAccountSchema } from "./telesign/account.ts";
import { type TwilioAccount, type TwilioAccountInput, twilioAccountSchema } from "./twilio/account.ts";
import { type WebhookAttempt, Webhooks } from "./webhooks.ts";

export interface PhoneNetworkOptions {
  readonly clock: Clock;
  /** Base64; made at random when absent. */
  readonly accessKey?: string;
  /** The numbers that are registered from the start; any other one is a toll-free number with ACS. */
  readonly numbers?: readonly OwnedNumberInput[];
  readonly twilio?: TwilioAccountInput;
  readonly telesign?: TelesignAccountInput;
  /** Milliseconds from a text's acceptance to its delivery report; 50 when absent. */
  readonly reportDelayMs?: number;
  /** Told what goes wrong, one line each: ids only, no number and no text. */
  readonly log?: (line: string) => void;
}

/**
 * The outside world on one HTTP port: the customers' handsets; the three providers' APIs and the webhooks they call,
 * ACS by way of Event Grid; and an API to play the customer and to make things go wrong. What has happened stays in
 * memory over a stop and a new start.
 */
export class PhoneNetwork {
  readonly twilioAccount: TwilioAccount;
  readonly #agenda: Agenda;
  readonly #faults = new Faults();
  readonly #handsets = new Handsets();
  readonly #calls = new CallsUnderWay();
  readonly #numbers: OwnedNumbers;
  readonly #deliverer: Deliverer;
  readonly #eventGrid: EventGrid;
  readonly #webhooks: Webhooks;
  readonly #providers: Providers;
  readonly #accessKey: Buffer;
  readonly #server: HttpServer;
  #port: number | undefined;

  /** @throws ZodError when a number or an account is malformed. */
  constructor({
    clock,
    accessKey,
    numbers = [],
    reportDelayMs = 50,
    log = () => {},
    ...accounts
  }: PhoneNetworkOptions) {
    this.#accessKey = accessKey === undefined ? randomBytes(64) : Buffer.from(accessKey, "base64");
    this.twilioAccount = twilioAccountSchema.parse(accounts.twilio ?? {});
    this.#numbers = new OwnedNumbers(numbers);
    this.#agenda = new Agenda(clock);
    const common = { clock, agenda: this.#agenda, faults: this.#faults, calls: this.#calls, log };
    this.#deliverer = new Deliverer(common);
    this.#eventGrid = new EventGrid({ ...common, deliverer: this.#deliverer });
    this.#webhooks = new Webhooks(common);
    const optOuts = new OptOuts();
    this.#providers = new Providers({
      ...common,
      optOuts,
      carrier: new Carrier({ ...common, handsets: this.#handsets, optOuts, reportDelayMs }),
      numbers: this.#numbers,
      eventGrid: this.#eventGrid,
      webhooks: this.#webhooks,
      accessKey: this.#accessKey,
      twilioAccount: this.twilioAccount,
      telesignAccount: telesignAccountSchema.parse(accounts.telesign ?? {}),
    });
    this.#server = new HttpServer((request) => {
      const api = this.#providers.apiAt(request.path);
      return api ? api(request) : serveApi(this, request);
    }, log);
  }

  /**
   * @param port - 0 takes any free one.
   * @returns the port.
   * @throws the system's error, such as EADDRINUSE, when the port cannot be had.
   */
  async start(port: number): Promise<number> {
    this.#port = await this.#server.start(port);
    this.#agenda.resume();
    return this.#port;
  }

  /** Closes the port. Deliveries under way are broken off; they and all that is to be done wait for the next start. */
  async stop(): Promise<void> {
    this.#agenda.pause();
    await Promise.all([this.#server.stop(), this.#calls.breakOff()]);
    this.#port = undefined;
  }

  /** Without a slash at the end. @throws Error while the network is stopped. */
  get url(): string {
    if (this.#port === undefined) throw new Error("The phone network is not started, so it has no address.");
    return `http://127.0.0.1:${this.#port}`;
  }

  /** @throws Error while the network is stopped. */
  get acsConnectionString(): string {
    return `endpoint=${this.url}/;accesskey=${this.#accessKey.toString("base64")}`;
  }

  /**
   * Creates an event subscription, or replaces the one of the same name.
   * @throws ZodError when it is malformed.
   * @throws HandshakeError when its endpoint does not pass the validation handshake.
   */
  async subscribe(subscription: SubscriptionInput): Promise<Subscription> {
    return this.#eventGrid.subscribe(subscription);
  }

  subscriptions(): readonly Subscription[] {
    return this.#eventGrid.subscriptions();
  }

  /** Registers a number, or registers it anew. @throws ZodError when it is malformed. */
  setNumber(number: OwnedNumberInput): OwnedNumber {
    return this.#numbers.set(number);
  }

  /** The numbers that were registered. */
  numbers(): readonly OwnedNumber[] {
    return this.#numbers.list();
  }

  /** As it is now. */
  get telesignAccount(): TelesignAccount {
    return this.#providers.telesign.account;
  }

  /** Sets where TeleSign calls from now on. @throws ZodError when the URL is malformed. */
  setTelesignCallback(input: { readonly callbackUrl: string }): TelesignAccount {
    const { callbackUrl } = telesignAccountSchema.pick({ callbackUrl: true }).required().parse(input);
    this.#providers.telesign.setCallback(callbackUrl);
    return this.telesignAccount;
  }

  /**
   * A customer texts an owned number.
   * @returns the id of the message, and that of the event or webhook which tells of it: the same.
   * @throws ZodError when a number is malformed, the text is empty, or something is not the provider's.
   */
  text(input: TextInput): { readonly messageId: string; readonly eventId: string } {
    const messageId = this.#providers.receive(textSchema.parse(input));
    return { messageId, eventId: messageId };
  }

  /** What a customer's phone got, oldest first. @throws ZodError when the number is malformed. */
  handset(number: string): readonly HandsetText[] {
    return this.#handsets.texts(phoneNumberSchema.parse(number));
  }

  /** @throws ZodError when the fault is malformed. */
  addFault(input: FaultInput): Fault {
    const fault = faultSchema.parse(input);
    this.#faults.add(fault);
    return fault;
  }

  /** The faults that are not used up, oldest first; `times` says how often each will still strike. */
  faults(): readonly Fault[] {
    return this.#faults.list();
  }

  /** Forgets all faults, and lets go of the events that one holds back. */
  clearFaults(): void {
    this.#faults.clear();
    this.#eventGrid.releaseHeld();
    this.#webhooks.releaseHeld();
  }

  /** Every attempt of Event Grid that has ended, oldest first. */
  deliveries(): readonly Delivery[] {
    return this.#deliverer.deliveries();
  }

  /** Every call that Twilio and TeleSign made to a webhook and that has ended, oldest first. */
  webhookCalls(): readonly WebhookAttempt[] {
    return this.#webhooks.attempts();
  }

  deadLetters(): readonly DeadLetter[] {
    return this.#deliverer.deadLetters();
  }

  /** Whether nothing is being delivered, and nothing is due by now. What is due later does not count. */
  idle(): boolean {
    return !this.#calls.any() && !this.#agenda.hasDue();
  }
}
