import { randomBytes, randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import { AcsSms } from "./acs/acs-sms.ts";
import { smsReceived } from "./acs/events.ts";
import { Agenda } from "./agenda.ts";
import { Carrier } from "./carrier.ts";
import { type TextInput, textSchema } from "./customer-text.ts";
import { type DeadLetter, Deliverer, type Delivery } from "./event-grid/delivery.ts";
import { EventGrid } from "./event-grid/event-grid.ts";
import type { Subscription, SubscriptionInput } from "./event-grid/subscription.ts";
import { type Fault, type FaultInput, Faults, faultSchema } from "./faults.ts";
import { Handsets, type HandsetText } from "./handsets.ts";
import { serveApi } from "./http-api.ts";
import { HttpServer } from "./http-server.ts";
import { NETWORK_POLICY, OptOuts } from "./opt-outs.ts";
import { phoneNumberSchema } from "./phone-number.ts";
import { SendFaults } from "./send-faults.ts";
import { CallsUnderWay } from "./webhooks/calls-under-way.ts";

export interface PhoneNetworkOptions {
  readonly clock: Clock;
  /** Base64; made at random when absent. */
  readonly accessKey?: string;
  /** Milliseconds from a text's acceptance to its delivery report; 50 when absent. */
  readonly reportDelayMs?: number;
  /** Told what goes wrong, one line each: ids only, no number and no text. */
  readonly log?: (line: string) => void;
}

/**
 * The outside world on one HTTP port: the customers' handsets, the SMS endpoint of a Communication Services resource,
 * the Event Grid that delivers its events, and an API to play the customer and to make things go wrong. Every owned
 * number behaves as a toll-free one. What has happened stays in memory over a stop and a new start.
 */
export class PhoneNetwork {
  readonly #clock: Clock;
  readonly #agenda: Agenda;
  readonly #faults = new Faults();
  readonly #handsets = new Handsets();
  readonly #calls = new CallsUnderWay();
  readonly #carrier: Carrier;
  readonly #deliverer: Deliverer;
  readonly #eventGrid: EventGrid;
  readonly #accessKey: Buffer;
  readonly #server: HttpServer;
  #port: number | undefined;

  constructor({ clock, accessKey, reportDelayMs = 50, log = () => {} }: PhoneNetworkOptions) {
    const faults = this.#faults;
    this.#clock = clock;
    this.#accessKey = accessKey === undefined ? randomBytes(64) : Buffer.from(accessKey, "base64");
    const agenda = new Agenda(clock);
    this.#agenda = agenda;
    const optOuts = new OptOuts();
    this.#carrier = new Carrier({ clock, agenda, faults, handsets: this.#handsets, optOuts, reportDelayMs });
    this.#deliverer = new Deliverer({ clock, agenda, calls: this.#calls, log });
    const eventGrid = new EventGrid({ clock, faults, deliverer: this.#deliverer });
    this.#eventGrid = eventGrid;
    const sendFaults = new SendFaults({ agenda, faults });
    const acsSms = new AcsSms({
      clock,
      sendFaults,
      carrier: this.#carrier,
      accessKey: this.#accessKey,
      publish: (event, parties) => eventGrid.publish(event, parties),
    });
    this.#server = new HttpServer(
      async (request) => (request.path === "/sms" ? acsSms.handle(request) : serveApi(this, request)),
      log,
    );
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

  /**
   * A customer texts an owned number.
   * @returns the id of the message, and that of the event which tells of it.
   * @throws ZodError when a number is malformed or the text is empty.
   */
  text(input: TextInput): { readonly messageId: string; readonly eventId: string } {
    const { messageId = `Incoming_${randomUUID()}`, ...text } = textSchema.parse(input);
    this.#carrier.hear({ ...text, messageId }, NETWORK_POLICY);
    const event = smsReceived({ ...text, messageId }, this.#clock.now());
    this.#eventGrid.publish(event, [text.from, text.to]);
    return { messageId, eventId: event.id };
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
  }

  /** Every attempt of Event Grid that has ended, oldest first. */
  deliveries(): readonly Delivery[] {
    return this.#deliverer.deliveries();
  }

  deadLetters(): readonly DeadLetter[] {
    return this.#deliverer.deadLetters();
  }

  /** Whether nothing is being delivered, and nothing is due by now. What is due later does not count. */
  idle(): boolean {
    return !this.#calls.any() && !this.#agenda.hasDue();
  }
}
