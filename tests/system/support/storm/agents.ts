import type { Colleague, HttpResponse } from "../../../../local/people.ts";
import type { SeededRandom } from "../seeded-random.ts";
import type { TestSystem } from "../test-system.ts";
import { AGENTS, QUEUES } from "./organisation.ts";

interface WorkItem {
  readonly id: string;
  readonly state: string;
  readonly customer: string;
}

/** Something that an agent does with a work item. It is chosen before the items are known. */
type Action = (agent: Colleague, item: WorkItem) => Promise<unknown>;

/** The actions that fit a state. The state may have changed when they are carried out. */
const FITTING_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  queued: ["pick"],
  offered: ["accept", "accept", "accept", "decline"],
  active: ["park", "end", "release"],
  waiting: ["resume", "end", "release"],
  "wrap-up": ["finish"],
};
const ALL_ACTIONS = ["accept", "decline", "pick", "park", "resume", "release", "end", "finish"];

/** How often a client makes a request that fails or gets a 5xx. */
const ATTEMPTS = 4;

/** Agents who act on their work items, whether it makes sense or not. Refusals are expected. */
export class StormAgents {
  /** The replies that they wrote. */
  readonly replies: { readonly to: string; readonly text: string; accepted: boolean }[] = [];
  readonly #agents: readonly Colleague[];
  readonly #supervisor: Colleague;

  constructor(stage: TestSystem) {
    this.#agents = AGENTS.map((id) => stage.colleague(id));
    this.#supervisor = stage.colleague("sofia");
  }

  /** Lets a random agent do one random thing. */
  act(random: SeededRandom): Promise<unknown> {
    const agent = random.pick(this.#agents);
    if (random.happens(12)) {
      const presence = random.happens(70) ? "available" : "away";
      return requestWithRetry(() => agent.setPresence(presence));
    }
    const path = random.happens(20) ? `queues/${random.pick(QUEUES)}/work-items` : "me/work-items";
    const list = { path, position: random.below(100) };
    return this.#workOn(agent, list, this.#chooseAction(random));
  }

  #chooseAction(random: SeededRandom): Action {
    const which = random.below(100);
    const number = random.below(1_000_000_000);
    if (which < 45) {
      return (agent, item) =>
        item.state === "active"
          ? this.#reply(agent, item, number)
          : requestWithRetry(() => agent.act(item.id, fittingAction(item.state, number)));
    }
    if (which < 75)
      return (agent, { id, state }) => requestWithRetry(() => agent.act(id, fittingAction(state, number)));
    if (which < 87) {
      const to = random.happens(50) ? { queueId: random.pick(QUEUES) } : { agentId: random.pick(AGENTS) };
      return (agent, { id }) => requestWithRetry(() => agent.act(id, "transfer", to));
    }
    if (which < 92) return (_, { id }) => requestWithRetry(() => this.#supervisor.act(id, "end"));
    const action = random.pick(ALL_ACTIONS);
    return (agent, { id }) => requestWithRetry(() => agent.act(id, action));
  }

  /** Acts on an item of a list. @param list.position - modulo the length of the list. */
  async #workOn(
    agent: Colleague,
    list: { readonly path: string; readonly position: number },
    action: Action,
  ): Promise<void> {
    const response = await requestWithRetry(() => agent.call(list.path));
    const items: readonly WorkItem[] = response?.status === 200 ? response.body.items : [];
    const item = items[list.position % (items.length || 1)];
    if (item) await action(agent, item);
  }

  async #reply(agent: Colleague, { id, customer }: WorkItem, number: number): Promise<void> {
    const reply = { to: customer, text: `Answer ${number}.`, accepted: false };
    this.replies.push(reply);
    const answer = await requestWithRetry(() => agent.reply(id, reply.text, { "idempotency-key": `key ${number}` }));
    reply.accepted = answer?.status === 202;
  }
}

const fittingAction = (state: string, number: number): string => {
  const actions = FITTING_ACTIONS[state] ?? ALL_ACTIONS;
  return actions[number % actions.length] ?? "accept";
};

/**
 * Repeats a request that fails or gets a 5xx.
 * @returns undefined when the last attempt fails.
 */
const requestWithRetry = async (request: () => Promise<HttpResponse>): Promise<HttpResponse | undefined> => {
  let response: HttpResponse | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    response = await request().catch(() => undefined);
    if (response && response.status < 500) return response;
  }
  return response;
};
