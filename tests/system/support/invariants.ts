import { hasEnded } from "azure-twin/functions-host";
import type { LocalEnvironment } from "../../../local/environment.ts";
import type { Agent } from "../../../shared/agent/agent.ts";
import { isOptedOut } from "../../../shared/consent/consent.ts";
import {
  type Conversation,
  holderOf,
  isInRouting,
  type QueuedConversation,
  REMEMBERED_TEXTS,
} from "../../../shared/conversation/conversation.ts";
import { inboundMessageId, type OutboundMessage } from "../../../shared/conversation/message.ts";
import type { Thread } from "../../../shared/conversation/thread.ts";
import { conversationIdOf, type MessageId, numberOf, workItemIdOf } from "../../../shared/kernel/ids.ts";
import { keywordOf } from "../../../shared/sms/keyword.ts";
import { type DbSnapshot, readDbSnapshot } from "./db-snapshot.ts";

/** What customers and agents did, recorded outside the app, to compare with what the app stored. */
export interface TrafficRecord {
  /** The customers' texts. `messageId` is the provider's id. */
  readonly texts: readonly { readonly messageId: string; readonly from: string; readonly text: string }[];
  /** The agents' replies; no two have the same text. `accepted`: the API responded 202. */
  readonly replies: readonly { readonly to: string; readonly text: string; readonly accepted: boolean }[];
  /** When a customer was opted out and the app had received the keyword, in milliseconds since the Unix epoch. */
  readonly optOutPeriods: readonly { readonly customer: string; readonly from: number; readonly until: number }[];
}

/**
 * Checks the invariants of the design against everything that an idle twin holds. A crash may leave a claim, a reply or a
 * work item to the sweep: call this after the sweep has run.
 * @returns one sentence for each violation, which begins with the invariant's name.
 */
export const findViolations = async (twin: LocalEnvironment, traffic: TrafficRecord): Promise<readonly string[]> => {
  const snapshot = await readDbSnapshot(twin);
  const violations: Record<string, readonly string[]> = {
    "I1 each text is stored exactly once": textViolations(twin, snapshot, traffic),
    "I2 an agent's load is what it holds, I3 a conversation has one holder": loadViolations(snapshot),
    "I4 nothing is stranded": strandedViolations(twin, snapshot),
    "I5 a reply has one effect and reaches a final state": replyViolations(twin, snapshot, traffic),
    "I6 a customer who opted out gets nothing": optOutViolations(twin, snapshot, traffic),
    "I7 first come, first served": orderViolations(snapshot),
  };
  return Object.entries(violations).flatMap(([invariant, sentences]) =>
    sentences.map((sentence) => `${invariant}: ${sentence}`),
  );
};

/** @returns the sentence if the invariant is violated. */
const when = (isViolated: boolean, sentence: string): readonly string[] => (isViolated ? [sentence] : []);

const textViolations = (twin: LocalEnvironment, snapshot: DbSnapshot, { texts }: TrafficRecord): readonly string[] => {
  const { messages, conversations, quarantined } = snapshot;
  const sentIds = new Set<string>(texts.map(({ messageId }) => inboundMessageId("acs", messageId)));
  const homeOf = new Map(messages.map(({ id, conversationId }) => [id, conversationId]));
  return [
    ...texts.flatMap((text) => storageViolations(snapshot, text)),
    ...messages
      .filter(({ direction, id }) => direction === "inbound" && !sentIds.has(id))
      .map(({ id }) => `no customer texted ${id}`),
    ...conversations.flatMap((conversation) =>
      conversation.textIds
        .filter((id) => homeOf.get(id) !== conversation.id)
        .map((id) => `${conversation.id} has processed ${id}, which belongs to ${homeOf.get(id)}`),
    ),
    ...quarantined.map((id) => `${id} is in quarantine`),
    ...twin.eventGrid.deadLetters().map(({ event }) => `Event Grid dead-lettered ${event.id}`),
  ];
};

/** Checks one text that a customer sent. */
const storageViolations = (
  { messages, conversations }: DbSnapshot,
  { messageId, text }: TrafficRecord["texts"][number],
): readonly string[] => {
  const id = inboundMessageId("acs", messageId);
  const stored = messages.filter((message) => message.id === id);
  const isKeyword = keywordOf(text, true) !== undefined;
  return [
    ...when(stored.length !== 1, `${id} is stored ${stored.length} times`),
    ...stored.flatMap((message) => {
      const home = conversations.find((conversation) => conversation.id === message.conversationId);
      return [
        ...when(message.text !== text, `${id} has another text`),
        ...when(!home && !isKeyword, `${id} is in no conversation`),
        ...when(home !== undefined && !hasProcessed(home, id, isKeyword), `${home?.id} has not processed ${id}`),
      ];
    }),
  ];
};

/** A conversation remembers its last texts only. One that closes before a keyword is processed never gets the keyword. */
const hasProcessed = ({ state, textIds }: Conversation, id: MessageId, isKeyword: boolean): boolean =>
  textIds.includes(id) || textIds.length >= REMEMBERED_TEXTS || (isKeyword && state === "closed");

const loadViolations = ({ agents, conversations }: DbSnapshot): readonly string[] =>
  agents.flatMap((agent) => {
    const { id: agentId, load, capacity } = agent;
    const held = conversations.filter((conversation) => holderOf(conversation) === agentId);
    const claims = Object.entries(agent.claims).map(([id, { units, token }]) => `${id} ${units} ${token}`);
    const needed = held.map(({ id, capacityUnits, claimToken }) => `${id} ${capacityUnits} ${claimToken}`);
    const sum = held.reduce((units, { capacityUnits }) => units + capacityUnits, 0);
    return [
      ...claims
        .filter((claim) => !needed.includes(claim))
        .map((claim) => `${agentId} claims but does not hold ${claim}`),
      ...needed
        .filter((claim) => !claims.includes(claim))
        .map((claim) => `${agentId} holds but does not claim ${claim}`),
      ...when(load !== sum, `${agentId} has a load of ${load} but holds ${sum}`),
      ...when(load > capacity, `${agentId} has a load of ${load} and a capacity of ${capacity}`),
    ];
  });

const strandedViolations = (twin: LocalEnvironment, snapshot: DbSnapshot): readonly string[] => {
  const instances = twin.taskHub.instances();
  const runningIds = new Set(instances.filter((instance) => !hasEnded(instance)).map(({ instanceId }) => instanceId));
  return [
    ...snapshot.conversations.flatMap((conversation) => waitViolations(snapshot, runningIds, conversation)),
    ...snapshot.threads.flatMap((thread) => threadViolations(snapshot, thread)),
    ...instances
      .filter(({ status }) => status === "Failed")
      .map(({ instanceId }) => `the orchestration ${instanceId} failed`),
    ...Object.entries(twin.serviceBus.snapshot())
      .filter(([, { deadLettered }]) => deadLettered > 0)
      .map(([queue, { deadLettered }]) => `${queue} has ${deadLettered} dead letters`),
  ];
};

const waitViolations = (
  { agents, queues }: DbSnapshot,
  runningIds: ReadonlySet<string>,
  conversation: Conversation,
): readonly string[] => {
  const { id, epoch, state } = conversation;
  const isWatched = !isInRouting(conversation) || runningIds.has(workItemIdOf(id, epoch));
  const eligible = state === "queued" ? agents.filter((agent) => isEligible(agent, conversation, queues)) : [];
  return [
    ...when(!isWatched, `${id} has no running orchestration`),
    ...when(state === "new", `${id} never entered a queue`),
    ...eligible.map((agent) => `${id} waits although ${agent.id} is eligible`),
  ];
};

const threadViolations = ({ conversations }: DbSnapshot, { id, lastNumber }: Thread): readonly string[] => {
  const ofThread = conversations.filter((conversation) => conversation.threadId === id);
  const newest = Math.max(0, ...ofThread.map((conversation) => numberOf(conversation.id)));
  return [
    ...when(newest !== lastNumber, `thread ${id} does not list conversation ${newest}`),
    ...ofThread
      .filter((conversation) => conversation.state !== "closed" && numberOf(conversation.id) < newest)
      .map((conversation) => `${conversation.id} was left open`),
  ];
};

/** Repeats the rules of matching on purpose, independently of the product's code. */
const isEligible = (agent: Agent, conversation: QueuedConversation, queues: DbSnapshot["queues"]): boolean => {
  const queue = queues.find(({ id }) => id === conversation.queueId);
  return (
    queue !== undefined &&
    agent.queueIds.includes(queue.id) &&
    queue.allowedPresences.includes(agent.presence) &&
    conversation.skills.every((skill) => agent.skills.includes(skill)) &&
    !conversation.declines.some(({ agentId }) => agentId === agent.id) &&
    agent.load + conversation.capacityUnits <= agent.capacity
  );
};

const replyViolations = (
  twin: LocalEnvironment,
  { messages }: DbSnapshot,
  { replies }: TrafficRecord,
): readonly string[] => {
  const stored = messages.filter((message): message is OutboundMessage => message.direction === "outbound");
  const written = new Set(replies.map(({ text }) => text));
  return [
    ...replies.flatMap((reply) => {
      const arrivals = receivedBy(twin, reply.to).filter(({ text }) => text === reply.text).length;
      return deliveryViolations(stored, reply, arrivals);
    }),
    ...stored
      .filter(({ text, answeredKeyword }) => !answeredKeyword && !written.has(text))
      .map(({ id }) => `no agent wrote ${id}`),
    ...keywordReplyViolations(stored),
  ];
};

/** Checks one reply. @param arrivals - how often it arrived on the customer's phone. */
const deliveryViolations = (
  stored: readonly OutboundMessage[],
  { text, accepted }: TrafficRecord["replies"][number],
  arrivals: number,
): readonly string[] => {
  const matching = stored.filter((message) => message.text === text);
  const isLost = accepted && matching.length === 0;
  return [
    ...when(matching.length > 1 || isLost, `"${text}" is stored ${matching.length} times`),
    ...when(matching.length === 0 && arrivals > 0, `"${text}" arrived but is not stored`),
    ...matching.flatMap(({ id, state }) => [
      ...when(state === "queued", `${id} is still queued`),
      ...when(arrivals > 1, `${id} arrived ${arrivals} times`),
      ...when(state === "delivered" && arrivals === 0, `${id} is delivered but never arrived`),
    ]),
  ];
};

/** A keyword has at most one reply, which reaches a final state like any other text. */
const keywordReplyViolations = (stored: readonly OutboundMessage[]): string[] => {
  const replies = stored.filter((message) => message.answeredKeyword);
  const keywordMessages = replies.map((message) => message.answeredKeyword?.messageId);
  return [
    ...replies.filter(({ state }) => state === "queued").map(({ id }) => `${id} is still queued`),
    ...keywordMessages.filter((id, n) => keywordMessages.indexOf(id) !== n).map((id) => `${id} has two replies`),
  ];
};

const optOutViolations = (
  twin: LocalEnvironment,
  { conversations, threads }: DbSnapshot,
  { optOutPeriods }: TrafficRecord,
): string[] => {
  const found: string[] = [];
  for (const { customer, from, until } of optOutPeriods) {
    const received = receivedBy(twin, customer).filter(({ receivedAt }) => {
      const time = Date.parse(receivedAt);
      return from <= time && time < until;
    });
    // The carriers' rules allow one text that confirms the opt-out.
    const isConfirmation = (text: string): boolean => text.includes("you will get no more texts");
    const confirmations = received.filter(({ text }) => isConfirmation(text));
    if (confirmations.length > 1) found.push(`${customer} got ${confirmations.length} confirmations of one opt-out`);
    for (const { text } of received) if (!isConfirmation(text)) found.push(`${customer} got "${text}"`);
  }
  for (const thread of threads) {
    const newest = conversations.find(({ id }) => id === conversationIdOf(thread.id, Math.max(1, thread.lastNumber)));
    if (newest && newest.state !== "closed" && newest.optedOut !== isOptedOut(thread)) {
      found.push(`${newest.id} and its thread disagree about the opt-out`);
    }
  }
  return found;
};

/** The texts that arrived from Hilo. The carrier's own replies are left out. */
const receivedBy = (twin: LocalEnvironment, customer: string) =>
  twin.phoneNetwork.handset(customer).filter(({ origin }) => origin === "sender");

/** Arrivals closer than this, in milliseconds, may be served in either order. */
const SAME_TIME_MS = 1000;

const orderViolations = ({ agents, conversations }: DbSnapshot): string[] => {
  const waiting = conversations.filter(
    // In its queue since its arrival, without interruption.
    (conversation): conversation is QueuedConversation =>
      conversation.state === "queued" && conversation.stateChangedAt === conversation.queuedAt,
  );
  return waiting.flatMap((first) =>
    conversations
      .filter((later) => overtook(first, later, agents))
      .map((later) => `${later.id} was offered before ${first.id}`),
  );
};

/** Whether a conversation that came later, and had no advantage, was offered while the first one waited. */
const overtook = (first: QueuedConversation, later: Conversation, agents: readonly Agent[]): boolean => {
  if (later.state !== "offered" || !later.routingDecision) return false;
  const { agentId, decidedAt, chosenBy } = later.routingDecision;
  const agent = agents.find(({ id }) => id === agentId);
  return (
    (chosenBy === "most-free-capacity" || chosenBy === "round-robin") &&
    later.queueId === first.queueId &&
    later.priority === first.priority &&
    later.capacityUnits === first.capacityUnits &&
    Date.parse(later.queuedAt) > Date.parse(first.queuedAt) + SAME_TIME_MS &&
    Date.parse(decidedAt) > Date.parse(first.queuedAt) + SAME_TIME_MS &&
    !first.declines.some((decline) => decline.agentId === agentId) &&
    first.skills.every((skill) => agent?.skills.includes(skill))
  );
};
