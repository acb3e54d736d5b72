import type { Clock } from "../clock.ts";
import type { EventPublisher } from "../event-grid/publisher.ts";
import { type ApiRoute, apiOf } from "../http/api.ts";
import { makeAppServer } from "../http/app-server.ts";
import type { LocalHttpServer } from "../http/local-http-server.ts";
import { Scheduler } from "../webhooks/scheduler.ts";
import { phoneNetworkRoutes } from "./api-routes.ts";
import { Carrier } from "./carrier.ts";
import type { PhoneNetworkControls } from "./controls.ts";
import { type TextInput, textSchema } from "./customer-text.ts";
import { type Fault, type FaultInput, type FaultSchema, Faults, faultSchemaWith } from "./faults.ts";
import { guide } from "./guide.ts";
import { handsetPage } from "./handset-page/routes.ts";
import { type ConversationText, Handsets, type HandsetText } from "./handsets.ts";
import { OptOuts } from "./opt-outs.ts";
import { type OwnedNumber, type OwnedNumberInput, OwnedNumbers } from "./owned-numbers.ts";
import { phoneNumberSchema } from "./phone-number.ts";
import type { ProviderDefinition } from "./provider.ts";
import { eventFaultsOf, Providers } from "./providers.ts";
import { PROVIDERS } from "./registry.ts";
import { SendFaults } from "./send-faults.ts";
import { type WebhookAttempt, Webhooks } from "./webhooks.ts";

export interface PhoneNetworkOptions {
  readonly clock: Clock;
  /** Publishes the events of the providers that use Event Grid. */
  readonly events: EventPublisher;
  /** All providers of the registry by default. */
  readonly providers?: readonly ProviderDefinition[];
  /** Settings of accounts by the name of the provider. The defaults are the same on every machine. */
  readonly accounts?: Readonly<Record<string, unknown>>;
  /** The numbers to register; any other number is a toll-free number of the first provider. */
  readonly numbers?: readonly OwnedNumberInput[];
  /** More routes to serve on the same port. */
  readonly routes?: readonly ApiRoute[];
  /** Milliseconds from the acceptance of a text to its delivery report; 50 by default. */
  readonly reportDelayMs?: number;
  /** Receives a line for each failure: ids only, no number and no text. */
  readonly log?: (line: string) => void;
}

/**
 * Handsets, carriers and providers on one HTTP port, with an API to play the customer and to cause faults. State is
 * kept in memory over a stop and a new start.
 */
export class PhoneNetwork implements PhoneNetworkControls {
  readonly #clock: Clock;
  readonly #events: EventPublisher;
  readonly #scheduler: Scheduler;
  readonly #faults = new Faults();
  readonly #faultSchema: FaultSchema;
  readonly #handsets = new Handsets();
  readonly #numbers: OwnedNumbers;
  readonly #webhooks: Webhooks;
  readonly #providers: Providers;
  readonly #server: LocalHttpServer;

  /** @throws ZodError when a number or an account is malformed, or its provider unknown. */
  constructor({
    clock,
    events,
    providers = PROVIDERS,
    accounts = {},
    numbers = [],
    routes = [],
    reportDelayMs = 50,
    log = () => {},
  }: PhoneNetworkOptions) {
    this.#clock = clock;
    this.#events = events;
    this.#numbers = new OwnedNumbers(providers);
    this.#faultSchema = faultSchemaWith(eventFaultsOf(providers));
    this.#scheduler = new Scheduler(clock);
    const common = { clock, scheduler: this.#scheduler, faults: this.#faults, optOuts: new OptOuts(), log };
    this.#webhooks = new Webhooks(common);
    const context = {
      ...common,
      numbers: this.#numbers,
      carrier: new Carrier({ ...common, handsets: this.#handsets, reportDelayMs }),
      sendFaults: new SendFaults(common),
      webhooks: this.#webhooks,
      events,
    };
    this.#providers = new Providers(providers, context, accounts);
    for (const number of numbers) this.setNumber(number);
    const apiRoutes: readonly ApiRoute[] = [
      ...phoneNetworkRoutes(this),
      ...routes,
      {
        method: "GET",
        path: "/",
        summary: "this text",
        handle: (c) => c.text(guide({ providers, routes: apiRoutes, faults: this.#faultSchema })),
      },
    ];
    this.#server = makeAppServer(
      "The phone network",
      [...this.#providers.apps(), handsetPage(), apiOf(apiRoutes)],
      log,
    );
  }

  /**
   * Listens on 127.0.0.1.
   * @param port - 0 picks a free port.
   * @throws the system's EADDRINUSE when the port is taken.
   */
  async start(port: number): Promise<void> {
    await this.#server.start(port);
    this.#scheduler.start();
  }

  /** Closes the port. A running webhook call is aborted, which counts as failed; other work waits for the next start. */
  async stop(): Promise<void> {
    await Promise.all([this.#server.stop(), this.#scheduler.stop()]);
  }

  /** `http://127.0.0.1:PORT`; stays the same while the network is stopped. Throws before the first start. */
  get url(): string {
    return this.#server.origin;
  }

  /**
   * Registers a number, set up by its provider as for a company whose app has one webhook for texts and reports.
   * @param webhookUrl - a provider that uses Event Grid ignores it: its events go to subscriptions.
   * @throws ZodError when the number is malformed or its provider unknown.
   */
  connectNumber(number: OwnedNumberInput, webhookUrl: string): OwnedNumber {
    return this.setNumber(this.#providers.connect(number, webhookUrl));
  }

  setNumber(number: OwnedNumberInput): OwnedNumber {
    return this.#numbers.set(number);
  }

  numbers(): readonly OwnedNumber[] {
    return this.#numbers.list();
  }

  accounts(): Readonly<Record<string, object>> {
    return this.#providers.accounts();
  }

  updateAccount(provider: string, changes: unknown): object {
    return this.#providers.updateAccount(provider, changes);
  }

  text(input: TextInput): { readonly messageId: string; readonly eventId: string } {
    const text = textSchema.parse(input);
    const receive = () => this.#providers.receive(text, this.#numbers.get(text.to));
    const messageId = this.#handsets.send(text, receive, this.#clock.now());
    return { messageId, eventId: messageId };
  }

  handset(number: string): readonly HandsetText[] {
    return this.#handsets.texts(phoneNumberSchema.parse(number));
  }

  conversation(number: string, owned: string): readonly ConversationText[] {
    return this.#handsets.conversation(phoneNumberSchema.parse(number), phoneNumberSchema.parse(owned));
  }

  handsets(): readonly string[] {
    return this.#handsets.numbers();
  }

  addFault(input: FaultInput): Fault {
    const fault = this.#faultSchema.parse(input);
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
