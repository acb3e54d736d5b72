import { advanceUntilSettled } from "../advance-until-settled.ts";
import type { TrafficRecord } from "../invariants.ts";
import type { SeededRandom } from "../seeded-random.ts";
import { CHANNEL_NUMBER, type TestSystem } from "../test-system.ts";
import { StormAgents } from "./agents.ts";
import { clearFaults, injectFaults } from "./faults.ts";
import { AGENTS, CUSTOMERS } from "./organisation.ts";

const QUESTIONS = ["My tent leaks", "About the bill", "Where is my order"];
/** The twin's carrier knows only some of these keywords. Hilo alone handles the others. */
const STOPS = ["STOP", "Opt-out", "revoke", "Arrêt"];

/** How many agents act at the same time in a round, and how often each of them acts. */
const CONCURRENT_AGENTS = 5;
const ACTIONS_PER_AGENT = 4;

/** Longer than Event Grid's first retry and any message lock of a dead receiver, and long enough for a sweep to run. */
const ROUND_MS = 61_000;
/** Longer than the broker's duplicate window: only after it can a sweep send a lost message again. */
const SETTLING_ROUNDS = 12;
/** Real milliseconds in which running work may finish, before the clock advances for work that waits for a lock. */
const GRACE_MS = 400;

/** Customers and agents who act at the same time, while Azure, the providers and the app fail at random. */
export class Storm {
  readonly #system: TestSystem;
  readonly #random: SeededRandom;
  readonly #agents: StormAgents;
  readonly #texts: TrafficRecord["texts"][number][] = [];
  readonly #optOutPeriods: { readonly customer: string; readonly from: number; until: number }[] = [];
  /** The last STOP or START of each customer, and the id of its event. */
  readonly #consents = new Map<string, { readonly stopped: boolean; readonly eventId: string }>();

  constructor(system: TestSystem, random: SeededRandom) {
    this.#system = system;
    this.#random = random;
    this.#agents = new StormAgents(system);
  }

  /** What customers and agents did so far. */
  get traffic(): TrafficRecord {
    return { texts: this.#texts, replies: this.#agents.replies, optOutPeriods: this.#optOutPeriods };
  }

  /** Runs rounds of concurrent activity under faults. @param rounds - how many. */
  async run(rounds: number): Promise<void> {
    const { twin } = this.#system;
    for (let round = 0; round < rounds; round++) {
      injectFaults(twin, this.#random);
      const texting = CUSTOMERS.filter(() => this.#random.happens(40));
      const activities = [
        ...texting.map((customer) => this.#textSomething(customer)),
        ...Array.from({ length: CONCURRENT_AGENTS }, () => this.#work(this.#random.fork())),
      ];
      if (this.#random.happens(10)) twin.serviceBus.dropConnections();
      if (this.#random.happens(15)) await twin.killHost().then(() => twin.startHost());
      await Promise.all(activities);
      await this.#passTime(ROUND_MS);
      this.#recordOptOuts();
    }
  }

  /** Several actions of agents, one after the other. */
  async #work(random: SeededRandom): Promise<void> {
    for (let action = 0; action < ACTIONS_PER_AGENT; action++) await this.#agents.act(random);
  }

  /** Removes all faults and lets everything that was begun finish, at the latest by the sweep. */
  async settle(): Promise<void> {
    clearFaults(this.#system.twin);
    await Promise.all(AGENTS.map((id) => this.#system.colleague(id).setPresence("available")));
    for (let round = 0; round < SETTLING_ROUNDS || this.#pendingEvents() > 0; round++) await this.#passTime(ROUND_MS);
  }

  async #passTime(ms: number): Promise<void> {
    await this.#finishWork();
    this.#system.twin.clock.advance(ms);
    await this.#finishWork();
  }

  /** Advances the clock until the twin is idle. */
  #finishWork(): Promise<void> {
    return advanceUntilSettled(this.#system.twin, { firstStepMs: ROUND_MS, graceMs: GRACE_MS });
  }

  async #textSomething(customer: string): Promise<void> {
    if (!this.#random.happens(15)) {
      await this.#text(customer, `${this.#random.pick(QUESTIONS)}, ${this.#random.below(1_000_000_000)}`);
      return;
    }
    const stopped = this.#random.happens(60);
    const optOut = this.#currentOptOutOf(customer);
    if (optOut && !stopped) optOut.until = this.#system.twin.clock.now();
    const eventId = await this.#text(customer, stopped ? this.#random.pick(STOPS) : "START");
    this.#consents.set(customer, { stopped, eventId });
  }

  /** @returns the id of the text's event. */
  async #text(customer: string, text: string): Promise<string> {
    const { body } = await this.#system.customer(customer).text(CHANNEL_NUMBER, text);
    this.#texts.push({ messageId: body.messageId, from: customer, text });
    return body.eventId;
  }

  /** Begins the opt-out period of each customer whose last keyword was STOP and has been delivered to the app. */
  #recordOptOuts(): void {
    const { clock, eventGrid } = this.#system.twin;
    const delivered = new Set(
      eventGrid.deliveries().map((delivery) => (delivery.outcome === "Delivered" ? delivery.eventId : "")),
    );
    for (const [customer, { stopped, eventId }] of this.#consents) {
      if (!stopped || !delivered.has(eventId) || this.#currentOptOutOf(customer)) continue;
      this.#optOutPeriods.push({ customer, from: clock.now(), until: Number.POSITIVE_INFINITY });
    }
  }

  #currentOptOutOf(customer: string) {
    return this.#optOutPeriods.find(
      (period) => period.customer === customer && period.until === Number.POSITIVE_INFINITY,
    );
  }

  /** How many events wait for a redelivery. */
  #pendingEvents(): number {
    const last = new Map(this.#system.twin.eventGrid.deliveries().map((delivery) => [delivery.eventId, delivery]));
    return [...last.values()].filter(({ nextAttemptAt }) => nextAttemptAt !== undefined).length;
  }
}
