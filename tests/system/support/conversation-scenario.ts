import type { Colleague, HttpResponse } from "../../../local/people.ts";
import type { ConversationState } from "../../../shared/conversation/conversation.ts";
import type { CrashInjector } from "./crash-injector.ts";
import type { TrafficRecord } from "./invariants.ts";
import { conversationIdFor } from "./organisation.ts";
import { CHANNEL_NUMBER, type TestSystem } from "./test-system.ts";

/** How far the clock advances before each further look, in milliseconds: for a delivery report, retries and sweeps. */
const WAITS_MS = [0, 100, 11_000, 61_000, 61_000, 61_000];

type Text = TrafficRecord["texts"][number];
type Reply = TrafficRecord["replies"][number];

/** An action, and the state that it leads to. */
interface Step {
  /** The customer's first or second conversation. */
  readonly conversation: 1 | 2;
  readonly action: string;
  readonly state: ConversationState;
  /** Defaults to Ana. */
  readonly agent?: Colleague;
}

export interface ScenarioOptions {
  readonly system: TestSystem;
  readonly crashes: CrashInjector;
  readonly customer: string;
  /** The moment of each step at which the app crashes, from 1. */
  readonly moment: number;
  /** Called after a step in which the app has crashed, when no work is in progress. */
  readonly checkAfterCrash: () => Promise<void>;
}

/**
 * Two conversations of one customer, from the first text until a supervisor ends the second one. The app may crash once in
 * each step. A request that fails because of the crash is made again, as a client would.
 */
export class ConversationScenario {
  readonly texts: Text[] = [];
  readonly replies: Reply[] = [];
  readonly #options: ScenarioOptions;
  readonly #system: TestSystem;
  readonly #crashes: CrashInjector;
  readonly #customer: string;
  readonly #ana: Colleague;
  readonly #sofia: Colleague;

  constructor(options: ScenarioOptions) {
    const { system, crashes, customer } = options;
    this.#options = options;
    this.#system = system;
    this.#crashes = crashes;
    this.#customer = customer;
    this.#ana = system.colleague("ana");
    this.#sofia = system.colleague("sofia");
  }

  /** @throws Error when an expected state is not reached, or the check after a crash fails. */
  async play(): Promise<void> {
    await this.#textUntilOffered("My tent leaks.", 1);
    await this.#act({ conversation: 1, action: "accept", state: "active" });
    await this.#reply("Which model is it?");
    await this.#act({ conversation: 1, action: "park", state: "waiting" });
    await this.#act({ conversation: 1, action: "resume", state: "active" });
    await this.#act({ conversation: 1, action: "park", state: "waiting" });
    await this.#textUntilOffered("The Ridge 2.", 1);
    await this.#act({ conversation: 1, action: "accept", state: "active" });
    await this.#act({ conversation: 1, action: "end", state: "wrap-up" });
    await this.#act({ conversation: 1, action: "finish", state: "closed" });
    await this.#textUntilOffered("And now a pole broke.", 2);
    await this.#act({ conversation: 2, action: "end", state: "closed", agent: this.#sofia });
  }

  /** Plays one step until no work is in progress, so that a crash belongs to the step that caused the work. */
  async #step(name: string, work: () => Promise<void>): Promise<void> {
    this.#crashes.arm(this.#options.moment);
    try {
      await work();
      await this.#settled();
      if (this.#crashes.hasCrashed) await this.#options.checkAfterCrash();
    } catch (cause) {
      throw new Error(`${name}: ${cause}`, { cause });
    }
  }

  async #settled(): Promise<void> {
    await this.#system.twin.settled();
    await this.#crashes.recovered();
    await this.#system.twin.settled();
  }

  #textUntilOffered(text: string, conversation: Step["conversation"]): Promise<void> {
    return this.#step(text, async () => {
      await this.#text(text);
      await this.#waitForConversation(conversation, "offered");
    });
  }

  async #text(text: string): Promise<void> {
    const { body } = await this.#system.customer(this.#customer).text(CHANNEL_NUMBER, text);
    this.texts.push({ messageId: body.messageId, from: this.#customer, text });
  }

  #act({ conversation, action, state, agent = this.#ana }: Step): Promise<void> {
    return this.#step(action, async () => {
      const { status } = await this.#requestWithRetry(() => agent.act(this.#id(conversation), action));
      // 409: the request that failed had taken effect.
      if (status !== 200 && !(status === 409 && this.#crashes.hasCrashed)) throw new Error(`status ${status}`);
      await this.#waitForConversation(conversation, state);
    });
  }

  #reply(words: string): Promise<void> {
    return this.#step("reply", async () => {
      const text = `${words} (${this.#customer})`;
      const key = { "idempotency-key": "the only one" };
      const { status, body } = await this.#requestWithRetry(() => this.#ana.reply(this.#id(1), text, key));
      if (status !== 202) throw new Error(`status ${status}`);
      this.replies.push({ to: this.#customer, text, accepted: true });
      await this.#waitForState("delivered", `conversations/${this.#id(1)}/replies/${body.message.id}`);
    });
  }

  #waitForConversation(conversation: number, state: ConversationState): Promise<void> {
    return this.#waitForState(state, `conversations/${this.#id(conversation)}`);
  }

  #id(conversation: number): string {
    return conversationIdFor(this.#customer, { number: conversation });
  }

  async #waitForState(state: string, path: string): Promise<void> {
    const { twin } = this.#system;
    let seen: unknown;
    for (const wait of WAITS_MS) {
      seen = (await this.#requestWithRetry(() => this.#ana.call(path))).body.state;
      if (seen === state) return;
      twin.clock.advance(wait);
      await this.#settled();
    }
    throw new Error(`${path} stays ${seen} and never becomes ${state}`);
  }

  /** Repeats the request once if the app crashed during it. */
  async #requestWithRetry(request: () => Promise<HttpResponse>): Promise<HttpResponse> {
    try {
      const response = await request();
      if (response.status < 500) return response;
    } catch (error) {
      if (!this.#crashes.hasCrashed) throw error;
    }
    await this.#crashes.recovered();
    return request();
  }
}
