import { randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { EventPublisher } from "../event-grid/publisher.ts";
import { EVENT_GRID_FAULTS } from "../event-grid/publisher.ts";
import { type ApiRoute, apiOf } from "../http/api.ts";
import { HttpServer } from "../http/server.ts";
import { Scheduler } from "../webhooks/scheduler.ts";
import { phoneNetworkRoutes } from "./api-routes.ts";
import { Carrier } from "./carrier.ts";
import type { PhoneNetworkControls } from "./controls.ts";
import { type TextInput, textSchema } from "./customer-text.ts";
import { type Fault, type FaultInput, Faults, faultSchemaWith } from "./faults.ts";
import { guide } from "./guide.ts";
import { Handsets, type HandsetText } from "./handsets.ts";
import { OptOuts } from "./opt-outs.ts";
import { type OwnedNumber, type OwnedNumberInput, OwnedNumbers } from "./owned-numbers.ts";
import { phoneNumberSchema } from "./phone-number.ts";
import { Providers } from "./providers.ts";
import { type TelesignAccount, type TelesignAccountInput, telesignAccountSchema } from "./telesign/account.ts";
import { type TwilioAccount, type TwilioAccountInput, twilioAccountSchema } from "./twilio/account.ts";
import { type WebhookAttempt, Webhooks } from "./webhooks.ts";

export interface PhoneNetworkOptions {
  readonly clock: Clock;
  /** Publishes the events of Azure Communication Services. */
  readonly events: EventPublisher;
  /** More routes to serve on the same port. */
  readonly routes?: readonly ApiRoute[];
  /** Base64; random by default. */
  readonly accessKey?: string;
  /** The numbers to register; any other number is a toll-free number at ACS. */
  readonly numbers?: readonly OwnedNumberInput[];
  readonly twilio?: TwilioAccountInput;
  readonly telesign?: TelesignAccountInput;
  /** Milliseconds from the acceptance of a text to its delivery report; 50 by default. */
  readonly reportDelayMs?: number;
  /** Receives a line for each failure: ids only, no number and no text. */
  readonly log?: (line: string) => void;
}

const FAULTS = faultSchemaWith({
  ...EVENT_GRID_FAULTS,
  forge: "A webhook is signed with a key that is not the account's; Twilio and TeleSign.",
  tamper: "The text or status of a webhook is changed after signing; Twilio and TeleSign.",
  "other-token": "A webhook is signed with the secondary auth token, as after a rotation; Twilio only.",
  "bare-signature": "X-TS-Authorization holds the signature alone, the other documented form; TeleSign only.",
});

/**
 * Handsets, carriers and providers on one HTTP port, with an API to play the customer and to cause faults. State is
 * kept in memory over a stop and a new start.
 */
export class PhoneNetwork implements PhoneNetworkControls {
  readonly twilioAccount: TwilioAccount;
  readonly #events: EventPublisher;
  readonly #scheduler: Scheduler;
  readonly #faults = new Faults();
  readonly #handsets = new Handsets();
  readonly #numbers: OwnedNumbers;
  readonly #webhooks: Webhooks;
  readonly #providers: Providers;
  readonly #accessKey: Buffer;
  readonly #server: HttpServer;
  #port: number | undefined;

  /** @throws ZodError when a number or an account is malformed. */
  constructor({
    clock,
    events,
    routes = [],
    accessKey,
    numbers = [],
    reportDelayMs = 50,
    log = () => {},
    ...accounts
  }: PhoneNetworkOptions) {
    this.#events = events;
    this.#accessKey = accessKey === undefined ? randomBytes(64) : Buffer.from(accessKey, "base64");
    this.twilioAccount = twilioAccountSchema.parse(accounts.twilio ?? {});
    this.#numbers = new OwnedNumbers(numbers);
    this.#scheduler = new Scheduler(clock);
    const common = { clock, scheduler: this.#scheduler, faults: this.#faults, log };
    this.#webhooks = new Webhooks(common);
    const optOuts = new OptOuts();
    this.#providers = new Providers({
      ...common,
      events,
      optOuts,
      carrier: new Carrier({ ...common, handsets: this.#handsets, optOuts, reportDelayMs }),
      numbers: this.#numbers,
      webhooks: this.#webhooks,
      accessKey: this.#accessKey,
      twilioAccount: this.twilioAccount,
      telesignAccount: telesignAccountSchema.parse(accounts.telesign ?? {}),
    });
    const api = apiOf(withGuide([...phoneNetworkRoutes(this), ...routes]));
    this.#server = new HttpServer([...this.#providers.apps(), api], log);
  }

  /**
   * @param port - 0 for any free port.
   * @returns the port.
   * @throws the system's error, such as EADDRINUSE, when the port is not available.
   */
  async start(port: number): Promise<number> {
    this.#port = await this.#server.start(port);
    this.#scheduler.start();
    return this.#port;
  }

  /** Closes the port. A running webhook call is aborted, which counts as failed; other work waits for the next start. */
  async stop(): Promise<void> {
    await Promise.all([this.#server.stop(), this.#scheduler.stop()]);
    this.#port = undefined;
  }

  /** Without a slash at the end. @throws Error while the network is stopped. */
  get url(): string {
    if (this.#port === undefined) throw new Error("The phone network is not started, so it has no URL.");
    return `http://127.0.0.1:${this.#port}`;
  }

  /** @throws Error while the network is stopped. */
  get acsConnectionString(): string {
    return `endpoint=${this.url}/;accesskey=${this.#accessKey.toString("base64")}`;
  }

  setNumber(number: OwnedNumberInput): OwnedNumber {
    return this.#numbers.set(number);
  }

  numbers(): readonly OwnedNumber[] {
    return this.#numbers.list();
  }

  get telesignAccount(): TelesignAccount {
    return this.#providers.telesign.account;
  }

  setTelesignCallback(input: { readonly callbackUrl: string }): TelesignAccount {
    const { callbackUrl } = telesignAccountSchema.pick({ callbackUrl: true }).required().parse(input);
    this.#providers.telesign.setCallback(callbackUrl);
    return this.telesignAccount;
  }

  text(input: TextInput): { readonly messageId: string; readonly eventId: string } {
    const messageId = this.#providers.receive(textSchema.parse(input));
    return { messageId, eventId: messageId };
  }

  handset(number: string): readonly HandsetText[] {
    return this.#handsets.texts(phoneNumberSchema.parse(number));
  }

  addFault(input: FaultInput): Fault {
    const fault = FAULTS.parse(input);
    this.#faults.add(fault);
    return fault;
  }

  faults(): readonly Fault[] {
    return this.#faults.list();
  }

  clearFaults(): void {
    this.#faults.clear();
    this.#events.releaseHeld();
    this.#webhooks.releaseHeld();
  }

  webhookCalls(): readonly WebhookAttempt[] {
    return this.#webhooks.attempts();
  }

  /** Whether no work is running and none is due. Work that is due later does not count. */
  isIdle(): boolean {
    return this.#scheduler.isIdle();
  }
}

/** Adds the route that lists all routes, itself included. */
const withGuide = (routes: readonly ApiRoute[]): readonly ApiRoute[] => {
  const all: readonly ApiRoute[] = [
    ...routes,
    { method: "GET", path: "/", summary: "this text", handle: (c) => c.text(guide(all, FAULTS)) },
  ];
  return all;
};
