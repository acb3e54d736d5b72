import type { Agent } from "../agent/agent.ts";
import type { QueuedConversation } from "../conversation/conversation.ts";
import type { MoveEvent } from "../conversation/transition/transition.ts";
import type { ConversationId } from "../kernel/ids.ts";
import { addSeconds } from "../kernel/instant.ts";
import { type DispatchRequest, queueEntryOf } from "../kernel/jobs.ts";
import type { Ports } from "../kernel/ports.ts";
import { RETRY, retryOnConflict } from "../kernel/retry-on-conflict.ts";
import type { Freshness, Stored } from "../kernel/stored.ts";
import { type Queue, queueOf } from "../settings/settings.ts";
import { requireFollowUp } from "./follow-up.ts";
import { hasFreeCapacity, type Match, match } from "./match.ts";
import { moveConversation } from "./move-conversation.ts";

type DispatchPorts = Pick<
  Ports,
  "conversations" | "agents" | "jobs" | "routingWorkflow" | "now" | "newId" | "settings" | "evaluatedEntries"
>;

/** How often a page is matched when agents turn out to have less free capacity than they were read with. */
const ROUNDS = 5;

/**
 * Matches the conversations that wait in a queue with its agents, and offers or assigns them, as long as an agent has
 * free capacity.
 *
 * @remarks One evaluation at a time runs for a queue. Capacity is claimed nevertheless, because an agent may be a
 * member of several queues.
 * @param request - with an entry: nothing happens when this process has evaluated it since it entered the queue.
 * @returns the conversations that were offered or assigned.
 * @throws TransientError when a store or the broker is unavailable, a follow-up is incomplete, or the agents change
 * faster than they can be matched. The request may be retried.
 */
export const dispatch = async (
  ports: DispatchPorts,
  { queueId, entry }: Pick<DispatchRequest, "queueId" | "entry">,
): Promise<readonly ConversationId[]> => {
  const early: QueuedConversation[] = [];
  if (entry !== undefined) {
    if (ports.evaluatedEntries.has(entry)) return [];
    // Any replica will do as long as it shows the entry and an agent who can take it.
    const { assigned } = await evaluate(ports, queueId, { newest: false });
    const entries = assigned.map(queueEntryOf);
    ports.evaluatedEntries.add(entries);
    if (entries.includes(entry)) return assigned.map(({ id }) => id);
    early.push(...assigned);
  }
  const { evaluated, assigned } = await evaluate(ports, queueId, { newest: true });
  ports.evaluatedEntries.add(evaluated);
  return [...early, ...assigned].map(({ id }) => id);
};

/** The outcome of one evaluation. */
interface Evaluation {
  /** The entries that were matched, with or without success. An entry without an agent waits for another change. */
  readonly evaluated: readonly string[];
  /** The conversations that were offered or assigned, as they were in the queue. */
  readonly assigned: readonly QueuedConversation[];
}

const evaluate = async (ports: DispatchPorts, queueId: string, freshness: Freshness): Promise<Evaluation> => {
  const pages = ports.conversations.waitingIn(queueId, freshness)[Symbol.asyncIterator]();
  const [settings, firstPage, members] = await Promise.all([
    ports.settings.snapshot(),
    pages.next(),
    ports.agents.membersOf(queueId, freshness),
  ]);
  const queue = queueOf(settings, queueId);
  let agents = members;
  let page = firstPage;
  const evaluated: string[] = [];
  const assigned: QueuedConversation[] = [];
  while (!page.done) {
    const served = await dispatchPage(ports, queue, { waiting: page.value, agents });
    agents = served.agents;
    evaluated.push(...page.value.map(({ value }) => queueEntryOf(value)));
    assigned.push(...served.assigned);
    if (!hasFreeCapacity(agents, { rules: queue, now: ports.now() })) break;
    page = await pages.next();
  }
  return { evaluated, assigned };
};

/** One page of a queue, and the agents who may take its conversations. */
interface Page {
  readonly waiting: readonly Stored<QueuedConversation>[];
  readonly agents: readonly Agent[];
}

/** The outcome of one page. */
interface ServedPage {
  /** With the load that they have afterwards. */
  readonly agents: readonly Agent[];
  readonly assigned: readonly QueuedConversation[];
}

const dispatchPage = (ports: DispatchPorts, queue: Queue, page: Page): Promise<ServedPage> => {
  let { waiting, agents } = page;
  const assigned: QueuedConversation[] = [];
  return retryOnConflict({ what: `agents of queue ${queue.id}`, attempts: ROUNDS }, async () => {
    const matching = match({ waiting: waiting.map(({ value }) => value), agents, rules: queue, now: ports.now() });
    const refused = await makeOffers(ports, queue, { matches: matching.matches, waiting });
    assigned.push(...matching.matches.map(({ conversation }) => conversation).filter(({ id }) => !refused.has(id)));
    if (refused.size === 0) return { agents: matching.agents, assigned };
    const unmatched = new Set(matching.unmatched.map(({ conversation }) => conversation.id));
    waiting = waiting.filter(({ value: { id } }) => refused.has(id) || unmatched.has(id));
    agents = await ports.agents.membersOf(queue.id, { newest: true });
    return RETRY;
  });
};

/**
 * Makes the offers, or assigns where the queue does so. Agents are served concurrently; the matches of one agent in
 * turn.
 * @returns the conversations whose agent turned out to have too little free capacity.
 */
const makeOffers = async (
  ports: DispatchPorts,
  queue: Queue,
  { matches, waiting }: { readonly matches: readonly Match[]; readonly waiting: Page["waiting"] },
): Promise<ReadonlySet<ConversationId>> => {
  const reads = new Map(waiting.map((stored) => [stored.value.id, stored]));
  const refused = new Set<ConversationId>();
  const byAgent = Map.groupBy(matches, ({ agentId }) => agentId);
  await Promise.all(
    [...byAgent.values()].map(async (ofAgent) => {
      for (const found of ofAgent) {
        const { id } = found.conversation;
        const move = await moveConversation(ports, reads.get(id) ?? id, offerOf(ports, queue, found));
        if (move.kind === "moved") requireFollowUp(move);
        if (move.kind === "insufficient-capacity") refused.add(id);
      }
    }),
  );
  return refused;
};

const offerOf = (
  { now }: Pick<Ports, "now">,
  queue: Queue,
  { conversation: { epoch }, agentId, decision }: Match,
): MoveEvent => {
  const choice = { epoch, agentId, presences: queue.allowedPresences, decision };
  return queue.assignAutomatically
    ? { kind: "assign", ...choice }
    : { kind: "offer", ...choice, expiresAt: addSeconds(now(), queue.offerSeconds) };
};
