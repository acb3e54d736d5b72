import type { Agent } from "../agent/agent.ts";
import type { QueuedConversation } from "../conversation/conversation.ts";
import type { ConversationEvent } from "../conversation/transition/transition.ts";
import { addSeconds } from "../kernel/instant.ts";
import { queueEntryOf } from "../kernel/jobs.ts";
import type { Ports } from "../kernel/ports.ts";
import { RETRY, retryOnConflict } from "../kernel/retry-on-conflict.ts";
import type { Freshness, Stored } from "../kernel/stored.ts";
import { type Queue, queueOf } from "../settings/settings.ts";
import { requireFollowUp } from "./follow-up.ts";
import { anyRoom, type Match, match } from "./match.ts";
import { moveConversation } from "./move-conversation.ts";

type DispatchPorts = Pick<
  Ports,
  "conversations" | "agents" | "jobs" | "routingWorkflow" | "now" | "newId" | "settings"
>;

/** How often a page is matched anew when agents turned out to have less room than they were read with. */
const ROUNDS = 5;

/**
 * Gives the conversations that wait in a queue to its agents, in turn, as far as there is room. One evaluation at a
 * time for each queue; capacity is claimed all the same, because an agent may be a member of several.
 * @param entry - what entered the queue, as `queueEntryOf` names it. When it is found and given to somebody, what was
 * read was new enough; in any other case the newest state has the last word.
 * @returns the entries in the queue, as `queueEntryOf` names them, on which the last word is said. Each was given to an
 * agent, or nobody could take it: what changes that asks for another evaluation.
 * @throws TransientError when a store or the broker is unavailable, or agents change faster than they can be matched.
 */
export const dispatch = async (ports: DispatchPorts, queueId: string, entry?: string): Promise<readonly string[]> => {
  if (entry !== undefined) {
    const { given } = await evaluate(ports, queueId, { newest: false });
    if (given.includes(entry)) return given;
  }
  return (await evaluate(ports, queueId, { newest: true })).looked;
};

/** What became of one evaluation, as entries in the queue. */
interface Evaluation {
  readonly looked: readonly string[];
  readonly given: readonly string[];
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
  const looked: string[] = [];
  const given: string[] = [];
  while (!page.done) {
    const served = await dispatchPage(ports, queue, page.value, agents);
    agents = served.agents;
    looked.push(...page.value.map(({ value }) => queueEntryOf(value)));
    given.push(...served.given.map(queueEntryOf));
    if (!anyRoom(agents, queue)) break;
    page = await pages.next();
  }
  return { looked, given };
};

/** What became of one page of a queue, and the agents as they are after it. */
interface ServedPage {
  readonly agents: readonly Agent[];
  readonly given: readonly QueuedConversation[];
}

const dispatchPage = async (
  ports: DispatchPorts,
  queue: Queue,
  page: readonly Stored<QueuedConversation>[],
  members: readonly Agent[],
): Promise<ServedPage> => {
  let waiting = page;
  let agents = members;
  const given: QueuedConversation[] = [];
  return retryOnConflict({ what: `agents of queue ${queue.id}`, attempts: ROUNDS }, async () => {
    const {
      matches,
      unmatched,
      agents: loaded,
    } = match(
      waiting.map(({ value }) => value),
      agents,
      queue,
      ports.now(),
    );
    const refused = await hand(ports, queue, matches, waiting);
    given.push(...matches.map(({ conversation }) => conversation).filter(({ id }) => !refused.has(id)));
    if (refused.size === 0) return { agents: loaded, given };
    for (const { conversation } of unmatched) refused.add(conversation.id);
    waiting = waiting.filter(({ value }) => refused.has(value.id));
    agents = await ports.agents.membersOf(queue.id, { newest: true });
    return RETRY;
  });
};

/**
 * Makes the offers. Agents are served side by side; what one agent gets is made in turn.
 * @returns the conversations whose agent turned out to have no room.
 */
const hand = async (
  ports: DispatchPorts,
  queue: Queue,
  matches: readonly Match[],
  waiting: readonly Stored<QueuedConversation>[],
): Promise<Set<string>> => {
  const stored = new Map(waiting.map((each) => [each.value.id, each]));
  const refused = new Set<string>();
  const byAgent = Map.groupBy(matches, ({ agentId }) => agentId);
  await Promise.all(
    [...byAgent.values()].map(async (ofOne) => {
      for (const each of ofOne) {
        const read = stored.get(each.conversation.id);
        const move = await moveConversation(ports, read ?? each.conversation.id, handing(queue, each, ports));
        if (move.kind === "moved") requireFollowUp(move);
        if (move.kind === "insufficient-capacity") refused.add(each.conversation.id);
      }
    }),
  );
  return refused;
};

const handing = (queue: Queue, { conversation, agentId, reason }: Match, { now }: DispatchPorts): ConversationEvent => {
  const given = { epoch: conversation.epoch, agentId, presences: queue.allowedPresences, decision: reason };
  return queue.assignAutomatically
    ? { kind: "assign", ...given }
    : { kind: "offer", ...given, expiresAt: addSeconds(now(), queue.offerSeconds) };
};
