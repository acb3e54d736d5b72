import type { Colleague, HttpResponse } from "../../local/people.ts";
import type { Chance } from "./chance.ts";
import type { Stage } from "./stage.ts";
import { AGENTS, QUEUES } from "./storm-company.ts";

interface WorkItem {
  readonly id: string;
  readonly state: string;
  readonly customer: string;
}

/** What an agent does with a work item, chosen before it is known what items there are. */
type Deed = (agent: Colleague, item: WorkItem) => Promise<unknown>;

/** What makes sense in a state; any of it may be too late by then. */
const SENSIBLE: Readonly<Record<string, readonly string[]>> = {
  queued: ["pick"],
  offered: ["accept", "accept", "accept", "decline"],
  active: ["park", "end", "release"],
  waiting: ["resume", "end", "release"],
  "wrap-up": ["finish"],
};
const ALL_ACTIONS = ["accept", "decline", "pick", "park", "resume", "release", "end", "finish"];

/** How often a client asks again that gets no answer, or one that it should ask again. */
const ATTEMPTS = 4;

/** Agents who do this and that with what they have, sensible or not. Whether it works is not what counts. */
export class StormAgents {
  /** What they have written. */
  readonly replies: { readonly to: string; readonly text: string; accepted: boolean }[] = [];
  readonly #agents: readonly Colleague[];
  readonly #supervisor: Colleague;

  constructor(stage: Stage) {
    this.#agents = AGENTS.map((id) => stage.colleague(id));
    this.#supervisor = stage.colleague("sofia");
  }

  /** Somebody does something. */
  act(chance: Chance): Promise<unknown> {
    const agent = chance.oneOf(this.#agents);
    if (chance.happens(12)) {
      const presence = chance.happens(70) ? "available" : "away";
      return insist(() => agent.setPresence(presence));
    }
    const list = chance.happens(20) ? `queues/${chance.oneOf(QUEUES)}/work-items` : "me/work-items";
    return this.#workOn(agent, list, chance.below(100), this.#deed(chance));
  }

  #deed(chance: Chance): Deed {
    const which = chance.below(100);
    const number = chance.below(1_000_000_000);
    if (which < 45) {
      return (agent, item) =>
        item.state === "active"
          ? this.#reply(agent, item, number)
          : insist(() => agent.act(item.id, sensible(item.state, number)));
    }
    if (which < 75) return (agent, { id, state }) => insist(() => agent.act(id, sensible(state, number)));
    if (which < 87) {
      const to = chance.happens(50) ? { queueId: chance.oneOf(QUEUES) } : { agentId: chance.oneOf(AGENTS) };
      return (agent, { id }) => insist(() => agent.act(id, "transfer", to));
    }
    if (which < 92) return (_, { id }) => insist(() => this.#supervisor.act(id, "end"));
    const action = chance.oneOf(ALL_ACTIONS);
    return (agent, { id }) => insist(() => agent.act(id, action));
  }

  async #workOn(agent: Colleague, list: string, which: number, deed: Deed): Promise<void> {
    const answer = await insist(() => agent.call(list));
    const items: readonly WorkItem[] = answer?.status === 200 ? answer.body.items : [];
    const item = items[which % (items.length || 1)];
    if (item) await deed(agent, item);
  }

  async #reply(agent: Colleague, { id, customer }: WorkItem, number: number): Promise<void> {
    const reply = { to: customer, text: `Answer ${number}.`, accepted: false };
    this.replies.push(reply);
    const answer = await insist(() => agent.reply(id, reply.text, { "idempotency-key": `key ${number}` }));
    reply.accepted = answer?.status === 202;
  }
}

const sensible = (state: string, number: number): string => {
  const actions = SENSIBLE[state] ?? ALL_ACTIONS;
  return actions[number % actions.length] ?? "accept";
};

/** Asks again while there is no answer, or one of 5xx; at last there may be none. */
const insist = async (ask: () => Promise<HttpResponse>): Promise<HttpResponse | undefined> => {
  let answer: HttpResponse | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    answer = await ask().catch(() => undefined);
    if (answer && answer.status < 500) return answer;
  }
  return answer;
};
