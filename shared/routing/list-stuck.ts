import type { QueuedConversation } from "../conversation/conversation.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Page, PageRequest } from "../kernel/stored.ts";
import { type Wait, waitOf } from "./explain.ts";

/** A conversation in a queue, and why it waits there. */
export interface WaitingConversation {
  readonly conversation: QueuedConversation;
  readonly wait: Wait;
}

/**
 * Lists the conversations in queues that no presence and no free capacity of their members would help, the last changed
 * first.
 *
 * @remarks Reads one page of the waiting conversations, and the members of each of their queues once, however many
 * conversations wait. So a page may hold fewer items than its limit, even none, before the last page.
 * @param queueId - limits the list to one queue.
 * @throws TransientError when a store is unavailable.
 */
export const listStuck = async (
  ports: Pick<Ports, "agents" | "conversations" | "settings" | "now">,
  queueId: string | undefined,
  page: PageRequest,
): Promise<Page<WaitingConversation>> => {
  const [settings, { items, ...rest }] = await Promise.all([
    ports.settings.snapshot(),
    ports.conversations.listOpen({ state: "queued", queueId }, page),
  ]);
  const waiting = items.filter((conversation) => conversation.state === "queued");
  const byQueue = [...Map.groupBy(waiting, (conversation) => conversation.queueId)];
  const members = new Map(
    await Promise.all(byQueue.map(async ([id]) => [id, await ports.agents.membersOf(id)] as const)),
  );
  const now = ports.now();
  const explained = waiting.map((conversation) => ({
    conversation,
    wait: waitOf(conversation, { settings, members: members.get(conversation.queueId) ?? [], now }),
  }));
  return { items: explained.filter(({ wait }) => wait.obstacle !== undefined), ...rest };
};
