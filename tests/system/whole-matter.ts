import type { Colleague, HttpResponse } from "../../local/people.ts";
import type { ConversationState } from "../../shared/conversation/conversation.ts";
import { conversationOf } from "./company.ts";
import type { Death } from "./death.ts";
import type { Story } from "./invariants.ts";
import { COMPANY, type Stage } from "./stage.ts";

/** What each wait for something to come about adds to the time, in milliseconds: for a report, retries, sweeps. */
const WAITS_MS = [0, 100, 11_000, 61_000, 61_000, 61_000];

type Text = Story["texts"][number];
type Reply = Story["replies"][number];

/**
 * A customer's matter with Ana, from the first text until a supervisor ends the next conversation, in a world in which
 * the app may die once. A call that dies is made again, as a client does.
 */
export class WholeMatter {
  readonly texts: Text[] = [];
  readonly replies: Reply[] = [];
  readonly #stage: Stage;
  readonly #death: Death;
  readonly #customer: string;
  readonly #ana: Colleague;
  readonly #sofia: Colleague;

  constructor(stage: Stage, death: Death, customer: string) {
    this.#stage = stage;
    this.#death = death;
    this.#customer = customer;
    this.#ana = stage.colleague("ana");
    this.#sofia = stage.colleague("sofia");
  }

  /** @throws Error when something never comes about that should. */
  async play(): Promise<void> {
    await this.#texts("My tent leaks.");
    await this.#becomes(1, "offered");
    await this.#does(1, "accept", "active");
    await this.#replies("Which model is it?");
    await this.#does(1, "park", "waiting");
    await this.#does(1, "resume", "active");
    await this.#does(1, "park", "waiting");
    await this.#texts("The Ridge 2.");
    await this.#becomes(1, "offered");
    await this.#does(1, "accept", "active");
    await this.#does(1, "end", "wrap-up");
    await this.#does(1, "finish", "closed");
    await this.#texts("And now a pole broke.");
    await this.#becomes(2, "offered");
    await this.#does(2, "end", "closed", this.#sofia);
    await this.#stage.twin.settled();
    await this.#death.overcome();
    await this.#stage.twin.settled();
  }

  async #texts(text: string): Promise<void> {
    const { body } = await this.#stage.customer(this.#customer).text(COMPANY, text);
    this.texts.push({ messageId: body.messageId, from: this.#customer, text });
  }

  async #does(conversation: number, action: string, state: ConversationState, who = this.#ana): Promise<void> {
    const { status } = await this.#insist(() => who.act(this.#id(conversation), action));
    // 409: the call that died had done it.
    if (status !== 200 && !(status === 409 && this.#death.hasHappened)) throw new Error(`${action}: ${status}`);
    await this.#becomes(conversation, state);
  }

  async #replies(words: string): Promise<void> {
    const text = `${words} (${this.#customer})`;
    const key = { "idempotency-key": "the only one" };
    const { status, body } = await this.#insist(() => this.#ana.reply(this.#id(1), text, key));
    if (status !== 202) throw new Error(`reply: ${status}`);
    this.replies.push({ to: this.#customer, text, accepted: true });
    await this.#until("delivered", `conversations/${this.#id(1)}/replies/${body.message.id}`);
  }

  #becomes(conversation: number, state: ConversationState): Promise<void> {
    return this.#until(state, `conversations/${this.#id(conversation)}`);
  }

  #id(conversation: number): string {
    return conversationOf(this.#customer, { number: conversation });
  }

  async #until(state: string, path: string): Promise<void> {
    const { twin } = this.#stage;
    let seen: unknown;
    for (const wait of WAITS_MS) {
      seen = (await this.#insist(() => this.#ana.call(path))).body.state;
      if (seen === state) return;
      twin.clock.advance(wait);
      await twin.settled();
      await this.#death.overcome();
      await twin.settled();
    }
    throw new Error(`${path} stays ${seen} and never becomes ${state}`);
  }

  /** Asks once more when the app died over the question. */
  async #insist(ask: () => Promise<HttpResponse>): Promise<HttpResponse> {
    try {
      const answer = await ask();
      if (answer.status < 500) return answer;
    } catch (error) {
      if (!this.#death.hasHappened) throw error;
    }
    await this.#death.overcome();
    return ask();
  }
}
