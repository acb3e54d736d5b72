import { randomUUID } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { Faults } from "../faults.ts";
import type { Deliverer } from "./delivery.ts";
import { type EventGridEvent, withPascalCaseData } from "./event.ts";
import type { Dispatch } from "./notification.ts";
import { type Subscription, type SubscriptionInput, shakeHands, subscriptionSchema } from "./subscription.ts";

/** A subscription, and the events that a fault holds back from it. */
interface Route {
  subscription: Subscription;
  readonly held: Dispatch[];
}

/** Knows who subscribed to what, and hands each published event over for delivery: at least once, in no certain order. */
export class EventGrid {
  readonly #clock: Clock;
  readonly #faults: Faults;
  readonly #deliverer: Deliverer;
  readonly #routes = new Map<string, Route>();

  constructor(parts: { clock: Clock; faults: Faults; deliverer: Deliverer }) {
    this.#clock = parts.clock;
    this.#faults = parts.faults;
    this.#deliverer = parts.deliverer;
  }

  /**
   * Creates a subscription, or replaces the one of the same name; events that wait for it then go to the new endpoint.
   * @throws ZodError when the subscription is malformed.
   * @throws HandshakeError when its endpoint does not pass the validation handshake.
   */
  async subscribe(input: SubscriptionInput): Promise<Subscription> {
    const subscription = subscriptionSchema.parse(input);
    await shakeHands(this.#clock, subscription);
    const route = this.#routes.get(subscription.name);
    if (route) route.subscription = subscription;
    else this.#routes.set(subscription.name, { subscription, held: [] });
    return subscription;
  }

  subscriptions(): readonly Subscription[] {
    return [...this.#routes.values()].map((route) => route.subscription);
  }

  /**
   * Takes an event for everyone who subscribed to its type; without a subscriber it is gone.
   * @param parties - the phone numbers that it is about, for faults to match.
   */
  publish(event: EventGridEvent, parties: readonly string[]): void {
    const routes = [...this.#routes.values()].filter((route) => route.subscription.eventType === event.eventType);
    for (const route of routes) this.#send(route, event, parties);
  }

  /** Lets go of the events that a fault holds back. */
  releaseHeld(): void {
    for (const route of this.#routes.values()) this.#release(route.held);
  }

  #send(route: Route, event: EventGridEvent, parties: readonly string[]): void {
    const form = this.#faults.take("event", ["pascal-case", "cloud-events"], parties)?.effect;
    const delayMs = this.#faults.take("event", ["delay"], parties)?.delayMs ?? 0;
    const course = this.#faults.take("event", ["deliver-twice", "hold"], parties)?.effect;
    const overtaken = course === "hold" ? [] : route.held.splice(0);
    const dispatch: Dispatch = {
      event: form === "pascal-case" ? withPascalCaseData(event) : event,
      outputEventId: randomUUID(),
      publishedAt: this.#clock.now(),
      subscription: () => route.subscription,
      forceCloudEvent: form === "cloud-events",
      onFirstAttempt: () => this.#release(overtaken),
    };
    if (course === "hold") {
      route.held.push(dispatch);
      return;
    }
    this.#deliverer.deliver(dispatch, delayMs);
    if (course === "deliver-twice") this.#deliverer.deliver(dispatch, delayMs);
  }

  #release(held: Dispatch[]): void {
    for (const dispatch of held.splice(0)) this.#deliverer.deliver(dispatch, 0);
  }
}
