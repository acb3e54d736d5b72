import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Faults } from "../phone-network/faults.ts";
import { EventLine } from "../webhooks/event-lane.ts";
import type { Deliverer } from "./delivery.ts";
import { type EventGridEvent, withPascalCaseData } from "./event.ts";
import type { Dispatch } from "./notification.ts";
import { type Subscription, type SubscriptionInput, shakeHands, subscriptionSchema } from "./subscription.ts";

interface Route {
  subscription: Subscription;
  readonly line: EventLine<Dispatch>;
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
    else this.#routes.set(subscription.name, { subscription, line: this.#newLine() });
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
    for (const { line } of this.#routes.values()) line.release();
  }

  #newLine(): EventLine<Dispatch> {
    return new EventLine(this.#faults, (dispatch, delayMs, onFirstAttempt) =>
      this.#deliverer.deliver(dispatch, delayMs, onFirstAttempt),
    );
  }

  #send(route: Route, event: EventGridEvent, parties: readonly string[]): void {
    const form = this.#faults.take("event", ["pascal-case", "cloud-events"], parties)?.effect;
    const dispatch: Dispatch = {
      event: form === "pascal-case" ? withPascalCaseData(event) : event,
      outputEventId: randomUUID(),
      publishedAt: this.#clock.now(),
      subscription: () => route.subscription,
      forceCloudEvent: form === "cloud-events",
    };
    route.line.send(dispatch, parties);
  }
}
