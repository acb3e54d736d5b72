import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import { type EventFaults, NO_FAULTS } from "../webhooks/event-faults.ts";
import { EventLane } from "../webhooks/event-lane.ts";
import { Scheduler } from "../webhooks/scheduler.ts";
import { type DeadLetter, Deliverer, type Delivery } from "./delivery.ts";
import { type EventGridEvent, withPascalCaseData } from "./event.ts";
import { validateEndpoint } from "./handshake.ts";
import type { Dispatch } from "./notification.ts";
import type { EventPublisher } from "./publisher.ts";
import { type Subscription, type SubscriptionInput, subscriptionSchema } from "./subscription.ts";

interface Route {
  subscription: Subscription;
  readonly lane: EventLane<Dispatch>;
}

/**
 * Event Grid with the system topic of Azure Communication Services: subscriptions, delivery with retries, dead letters.
 * Everything stays in memory while it is stopped.
 */
export class EventGrid implements EventPublisher {
  readonly #clock: Clock;
  readonly #scheduler: Scheduler;
  readonly #deliverer: Deliverer;
  readonly #routes = new Map<string, Route>();

  /** @param options.log - receives a line for each failed delivery: ids only, no data of an event. */
  constructor({ clock, log = () => {} }: { clock: Clock; log?: (line: string) => void }) {
    this.#clock = clock;
    this.#scheduler = new Scheduler(clock);
    this.#deliverer = new Deliverer({ clock, scheduler: this.#scheduler, log });
  }

  /** Starts the deliveries, beginning with those that became due while it was stopped. */
  start(): void {
    this.#scheduler.start();
  }

  /** Stops the deliveries. A running attempt is aborted, which counts as failed. */
  async stop(): Promise<void> {
    await this.#scheduler.stop();
  }

  /**
   * Creates a subscription, or replaces the one of the same name, whose waiting events then go to the new endpoint.
   * @throws ZodError when the subscription is malformed.
   * @throws HandshakeError when its endpoint does not pass the validation handshake.
   */
  async subscribe(input: SubscriptionInput): Promise<Subscription> {
    const subscription = subscriptionSchema.parse(input);
    await validateEndpoint(this.#clock, subscription);
    const route = this.#routes.get(subscription.name);
    if (route) route.subscription = subscription;
    else this.#routes.set(subscription.name, { subscription, lane: this.#newLane() });
    return subscription;
  }

  subscriptions(): readonly Subscription[] {
    return [...this.#routes.values()].map((route) => route.subscription);
  }

  publish(event: EventGridEvent, faults = NO_FAULTS): void {
    const routes = [...this.#routes.values()].filter((route) => route.subscription.eventType === event.eventType);
    for (const route of routes) this.#send(route, event, faults);
  }

  releaseHeld(): void {
    for (const { lane } of this.#routes.values()) lane.releaseHeld();
  }

  /** All attempts that have ended, oldest first. */
  deliveries(): readonly Delivery[] {
    return this.#deliverer.deliveries();
  }

  deadLetters(): readonly DeadLetter[] {
    return this.#deliverer.deadLetters();
  }

  /** Whether no attempt is running and none is due. An attempt that is due later does not count. */
  isIdle(): boolean {
    return this.#scheduler.isIdle();
  }

  #newLane(): EventLane<Dispatch> {
    return new EventLane((dispatch, delayMs, onFirstAttempt) =>
      this.#deliverer.deliver(dispatch, delayMs, onFirstAttempt),
    );
  }

  #send(route: Route, event: EventGridEvent, faults: EventFaults): void {
    const form = faults.takeEffect(["pascal-case", "cloud-events"]);
    const dispatch: Dispatch = {
      event: form === "pascal-case" ? withPascalCaseData(event) : event,
      outputEventId: randomUUID(),
      publishedAt: this.#clock.now(),
      subscription: () => route.subscription,
      forceCloudEvent: form === "cloud-events",
    };
    route.lane.send(dispatch, faults);
  }
}
