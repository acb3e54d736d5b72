import { advanceUntilSettled } from "../advance-until-settled.ts";
import type { TrafficRecord } from "../invariants.ts";
import type { SeededRandom } from "../seeded-random.ts";
import { CHANNEL_NUMBER, type TestSystem } from "../test-system.ts";
import { StormAgents } from "./agents.ts";
import { clearFaults, injectFaults } from "./faults.ts";
import { AGENTS, CUSTOMERS } from "./organisation.ts";

const MATTERS = ["My tent leaks", "About the bill", "Where is my order"];
/** The carrier of the twin knows only some of them: of the others only the product takes notice. */
const STOPS = ["STOP", "Opt-out", "revoke", "Arrêt"];

/** How many agents' hands are at work at the same time, and how much each does. */
const CONCURRENT_ACTORS = 5;
const ACTIONS_PER_ACTOR = 4;

/** More than Event Grid's first retry, and than the locks of the broker that die with their receiver; a sweep comes. */
const ROUND_MS = 61_000;
/** Longer than the broker takes a message that it has seen for a duplicate: only then can a sweep send it again. */
const SUBSIDING_ROUNDS = 12;
/** How long things may be under way, in milliseconds of real time, until some are taken to wait for a lock to run out. */
const PATIENCE_MS = 400;

/** Customers and agents who do this and that at the same time, while all around them fails now and then. */
export class Storm {
  readonly #stage: TestSystem;
  readonly #random: SeededRandom;
  readonly #agents: StormAgents;
  readonly #texts: TrafficRecord["texts"][number][] = [];
  readonly #silences: { readonly customer: string; readonly from: number; until: number }[] = [];
  /** Each customer's last word on being texted, and the event that tells of it. */
  readonly #consents = new Map<string, { readonly stopped: boolean; readonly eventId: string }>();

  constructor(stage: TestSystem, random: SeededRandom) {
    this.#stage = stage;
    this.#random = random;
    this.#agents = new StormAgents(stage);
  }

  /** What has happened so far, as those outside know it. */
  get story(): TrafficRecord {
    return { texts: this.#texts, replies: this.#agents.replies, optOutPeriods: this.#silences };
  }

  /** @param rounds - how often many things happen at the same time. */
  async run(rounds: number): Promise<void> {
    const { twin } = this.#stage;
    for (let round = 0; round < rounds; round++) {
      injectFaults(twin, this.#random);
      const speakers = CUSTOMERS.filter(() => this.#random.happens(40));
      const underWay = [
        ...speakers.map((customer) => this.#speak(customer)),
        ...Array.from({ length: CONCURRENT_ACTORS }, () => this.#work(this.#random.fork())),
      ];
      if (this.#random.happens(10)) twin.serviceBus.dropConnections();
      if (this.#random.happens(15)) await twin.killHost().then(() => twin.startHost());
      await Promise.all(underWay);
      await this.#passTime(ROUND_MS);
      this.#noteSilences();
    }
  }

  /** Some things that agents do, one after the other. */
  async #work(random: SeededRandom): Promise<void> {
    for (let deed = 0; deed < ACTIONS_PER_ACTOR; deed++) await this.#agents.act(random);
  }

  /** Nothing fails any more; what was begun is finished, at the latest by the sweep. */
  async settle(): Promise<void> {
    clearFaults(this.#stage.twin);
    await Promise.all(AGENTS.map((id) => this.#stage.colleague(id).setPresence("available")));
    for (let round = 0; round < SUBSIDING_ROUNDS || this.#eventsToCome() > 0; round++) await this.#passTime(ROUND_MS);
  }

  async #passTime(ms: number): Promise<void> {
    await this.#settle();
    this.#stage.twin.clock.advance(ms);
    await this.#settle();
  }

  /** Goes on until nothing is under way. */
  #settle(): Promise<void> {
    return advanceUntilSettled(this.#stage.twin, { firstStepMs: ROUND_MS, graceMs: PATIENCE_MS });
  }

  async #speak(customer: string): Promise<void> {
    if (!this.#random.happens(15)) {
      await this.#text(customer, `${this.#random.pick(MATTERS)}, ${this.#random.below(1_000_000_000)}`);
      return;
    }
    const stopped = this.#random.happens(60);
    const silence = this.#silenceOf(customer);
    if (silence && !stopped) silence.until = this.#stage.twin.clock.now();
    const eventId = await this.#text(customer, stopped ? this.#random.pick(STOPS) : "START");
    this.#consents.set(customer, { stopped, eventId });
  }

  /** @returns the id of the event that tells of it. */
  async #text(customer: string, text: string): Promise<string> {
    const { body } = await this.#stage.customer(customer).text(CHANNEL_NUMBER, text);
    this.#texts.push({ messageId: body.messageId, from: customer, text });
    return body.eventId;
  }

  /** From now on those get nothing whose last word was STOP, if the company has heard it. */
  #noteSilences(): void {
    const { clock, phoneNetwork } = this.#stage.twin;
    const heard = new Set(phoneNetwork.deliveries().map((each) => (each.outcome === "Delivered" ? each.eventId : "")));
    for (const [customer, { stopped, eventId }] of this.#consents) {
      if (!stopped || !heard.has(eventId) || this.#silenceOf(customer)) continue;
      this.#silences.push({ customer, from: clock.now(), until: Number.POSITIVE_INFINITY });
    }
  }

  #silenceOf(customer: string) {
    return this.#silences.find((each) => each.customer === customer && each.until === Number.POSITIVE_INFINITY);
  }

  /** How many events wait for another delivery. */
  #eventsToCome(): number {
    const last = new Map(this.#stage.twin.phoneNetwork.deliveries().map((each) => [each.eventId, each]));
    return [...last.values()].filter(({ nextAttemptAt }) => nextAttemptAt !== undefined).length;
  }
}
