import type { QueuedConversation } from "../conversation/conversation.ts";
import { type MoveDeps, moveConversation } from "../conversation/move-conversation.ts";
import type { ConversationEvent } from "../conversation/transition.ts";
import { TransientError } from "../errors.ts";
import { addSeconds } from "../instant.ts";
import type { Queue, Settings } from "../settings/settings.ts";
import type { Stored } from "../stored.ts";
import type { Agent } from "./agent.ts";
import { queueOf } from "./choose-queue.ts";
import { anyRoom, type Match, match } from "./match.ts";
import { queueEntryOf } from "./wake-ups.ts";

export interface DispatchDeps extends MoveDeps {
  readonly settings: Settings;
}

/** How often a page is matched anew when agents turned out to have less room than they were read with. */
const ROUNDS = 5;

/**
 * Gives the conversations that wait in a queue to its agents, in turn, as far as there is room. One evaluation at a
 * time for each queue; capacity is claimed all the same, because an agent may be a member of several.
 * @returns the entries in the queue that were looked at, as `queueEntryOf` names them. Each was given to an agent, or
 * nobody could take it: what changes that asks for another evaluation.
 * @throws TransientError when a store or the broker is unavailable, or agents change faster than they can be matched.
 */
export const dispatch = async (deps: DispatchDeps, queueId: string): Promise<readonly string[]> => {
  const pages = deps.conversations.waitingIn(queueId)[Symbol.asyncIterator]();
  const [settings, firstPage, members] = await Promise.all([
    deps.settings.snapshot(),
    pages.next(),
    deps.agents.membersOf(queueId),
  ]);
  const queue = queueOf(settings, queueId);
  let agents = members;
  let page = firstPage;
  const entries: string[] = [];
  while (!page.done) {
    agents = await dispatchPage(deps, queue, page.value, agents);
    entries.push(...page.value.map(({ value }) => queueEntryOf(value)));
    if (!anyRoom(agents, queue)) return entries;
    page = await pages.next();
  }
  return entries;
};

/** @returns the agents as they are after the page. */
const dispatchPage = async (
  deps: DispatchDeps,
  queue: Queue,
  page: readonly Stored<QueuedConversation>[],
  members: readonly Agent[],
): Promise<readonly Agent[]> => {
  let waiting = page;
  let agents = members;
  for (let round = 0; round < ROUNDS; round++) {
    const {
      matches,
      unmatched,
      agents: loaded,
    } = match(
      waiting.map(({ value }) => value),
      agents,
      queue,
      deps.now(),
    );
    const refused = await hand(deps, queue, matches, waiting);
    if (refused.size === 0) return loaded;
    for (const { conversation } of unmatched) refused.add(conversation.id);
    waiting = waiting.filter(({ value }) => refused.has(value.id));
    agents = await deps.agents.membersOf(queue.id);
  }
  throw new TransientError(`agents of queue ${queue.id} change too often to be matched`);
};

/**
 * Makes the offers. Agents are served side by side; what one agent gets is made in turn.
 * @returns the conversations whose agent turned out to have no room.
 */
const hand = async (
  deps: DispatchDeps,
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
        const move = await moveConversation(deps, each.conversation.id, handing(queue, each, deps), {
          ...(read && { read }),
          presences: queue.presences,
        });
        if (move.kind === "no-room") refused.add(each.conversation.id);
      }
    }),
  );
  return refused;
};

const handing = (queue: Queue, { conversation, agentId, reason }: Match, { now }: DispatchDeps): ConversationEvent => {
  const { epoch } = conversation;
  return queue.assignAtOnce
    ? { kind: "assign", epoch, agentId, reason }
    : { kind: "offer", epoch, agentId, reason, expiresAt: addSeconds(now(), queue.offerSeconds) };
};
