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
import { conversationIdOf, numberOf, workItemIdOf } from "../../../shared/kernel/ids.ts";
import { keywordOf } from "../../../shared/sms/keyword.ts";
import { type DbSnapshot, readDbSnapshot } from "./db-snapshot.ts";

/** What customers and agents did, recorded outside the app, to compare with what the app stored. */
export interface TrafficRecord {
  /** The customers' texts. `messageId` is the provider's id. */
  readonly texts: readonly { readonly messageId: string; readonly from: string; readonly text: string }[];
  /** The agents' replies; no two have the same text. `accepted`: the API answered 202. */
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
    sentences.map((each) => `${invariant}: ${each}`),
  );
};

const textViolations = (
  twin: LocalEnvironment,
  { messages, conversations, quarantined }: DbSnapshot,
  { texts }: TrafficRecord,
): string[] => {
  const found: string[] = [];
  const sent = new Map(texts.map((each) => [inboundMessageId("acs", each.messageId), each] as const));
  for (const [id, { text }] of sent) {
    const stored = messages.filter((message) => message.id === id);
    if (stored.length !== 1) found.push(`${id} is stored ${stored.length} times`);
    for (const message of stored) {
      if (message.text !== text) found.push(`${id} has another text`);
      const home = conversations.find((each) => each.id === message.conversationId);
      const isKeyword = keywordOf(text, true) !== undefined;
      if (!home && !isKeyword) found.push(`${id} is in no conversation`);
      // A keyword is not added to a conversation that closes before the keyword is processed.
      const shouldKnow = home && home.textIds.length < REMEMBERED_TEXTS && !(isKeyword && home.state === "closed");
      if (shouldKnow && !home.textIds.includes(message.id)) found.push(`${home.id} has not processed ${id}`);
    }
  }
  for (const { direction, id } of messages) {
    if (direction === "inbound" && !sent.has(id)) found.push(`no customer texted ${id}`);
  }
  for (const conversation of conversations) {
    for (const id of conversation.textIds) {
      const home = messages.find((message) => message.id === id)?.conversationId;
      if (home !== conversation.id) found.push(`${conversation.id} has processed ${id}, which belongs to ${home}`);
    }
  }
  for (const id of quarantined) found.push(`${id} is in quarantine`);
  for (const { event } of twin.eventGrid.deadLetters()) found.push(`Event Grid dead-lettered ${event.id}`);
  return found;
};

const loadViolations = ({ agents, conversations }: DbSnapshot): string[] =>
  agents.flatMap((agent) => {
    const held = conversations.filter((each) => holderOf(each) === agent.id);
    const claims = Object.entries(agent.claims).map(([id, { units, token }]) => `${id} ${units} ${token}`);
    const needed = held.map(({ id, capacityUnits: units, claimToken }) => `${id} ${units} ${claimToken}`);
    const sum = held.reduce((units, each) => units + each.capacityUnits, 0);
    return [
      ...claims
        .filter((claim) => !needed.includes(claim))
        .map((claim) => `${agent.id} claims but does not hold ${claim}`),
      ...needed
        .filter((claim) => !claims.includes(claim))
        .map((claim) => `${agent.id} holds but does not claim ${claim}`),
      ...(agent.load === sum ? [] : [`${agent.id} has a load of ${agent.load} but holds ${sum}`]),
      ...(agent.load <= agent.capacity
        ? []
        : [`${agent.id} has a load of ${agent.load} and a capacity of ${agent.capacity}`]),
    ];
  });

const strandedViolations = (
  twin: LocalEnvironment,
  { agents, conversations, queues, threads }: DbSnapshot,
): string[] => {
  const found: string[] = [];
  const running = new Set(
    twin.taskHub
      .instances()
      .filter((instance) => !hasEnded(instance))
      .map(({ instanceId }) => instanceId),
  );
  for (const conversation of conversations) {
    const { id, epoch, state } = conversation;
    if (isInRouting(conversation) && !running.has(workItemIdOf(id, epoch)))
      found.push(`${id} has no running orchestration`);
    if (state === "new") found.push(`${id} never entered a queue`);
    const eligible = state === "queued" && agents.find((agent) => isEligible(agent, conversation, queues));
    if (eligible) found.push(`${id} waits although ${eligible.id} is eligible`);
  }
  for (const { id, lastNumber } of threads) {
    const ofThread = conversations.filter((each) => each.threadId === id);
    const newest = Math.max(0, ...ofThread.map((each) => numberOf(each.id)));
    if (newest !== lastNumber) found.push(`thread ${id} does not list conversation ${newest}`);
    for (const each of ofThread) {
      if (each.state !== "closed" && numberOf(each.id) < newest) found.push(`${each.id} was left open`);
    }
  }
  for (const { instanceId, status } of twin.taskHub.instances()) {
    if (status === "Failed") found.push(`the orchestration ${instanceId} failed`);
  }
  for (const [queue, { deadLettered }] of Object.entries(twin.serviceBus.snapshot())) {
    if (deadLettered > 0) found.push(`${queue} has ${deadLettered} dead letters`);
  }
  return found;
};

/** Repeats the rules of matching on purpose, independently of the product's code. */
const isEligible = (agent: Agent, conversation: QueuedConversation, queues: DbSnapshot["queues"]): boolean => {
  const queue = queues.find(({ id }) => id === conversation.queueId);
  return (
    queue !== undefined &&
    agent.queueIds.includes(queue.id) &&
    queue.allowedPresences.includes(agent.presence) &&
    conversation.skills.every((skill) => agent.skills.includes(skill)) &&
    (conversation.declines[agent.id] ?? 0) < queue.declineLimit &&
    agent.load + conversation.capacityUnits <= agent.capacity
  );
};

const replyViolations = (twin: LocalEnvironment, { messages }: DbSnapshot, { replies }: TrafficRecord): string[] => {
  const found: string[] = [];
  const stored = messages.filter((message): message is OutboundMessage => message.direction === "outbound");
  for (const { to, text, accepted } of replies) {
    const matching = stored.filter((message) => message.text === text);
    if (matching.length > 1 || (accepted && matching.length === 0))
      found.push(`"${text}" is stored ${matching.length} times`);
    const arrivals = receivedBy(twin, to).filter((each) => each.text === text).length;
    for (const { id, state } of matching) {
      if (state === "queued") found.push(`${id} is still queued`);
      if (arrivals > 1) found.push(`${id} arrived ${arrivals} times`);
      if (state === "delivered" && arrivals === 0) found.push(`${id} is delivered but never arrived`);
    }
    if (matching.length === 0 && arrivals > 0) found.push(`"${text}" arrived but is not stored`);
  }
  const written = new Set(replies.map(({ text }) => text));
  for (const { id, text, answeredKeyword } of stored) {
    if (!answeredKeyword && !written.has(text)) found.push(`no agent wrote ${id}`);
  }
  return [...found, ...answerViolations(stored)];
};

/** A keyword has at most one answer, and an answer reaches a final state like any other text. */
const answerViolations = (stored: readonly OutboundMessage[]): string[] => {
  const answers = stored.filter((message) => message.answeredKeyword);
  const answered = answers.map((message) => message.answeredKeyword?.messageId);
  return [
    ...answers.filter(({ state }) => state === "queued").map(({ id }) => `${id} is still queued`),
    ...answered.filter((id, n) => answered.indexOf(id) !== n).map((id) => `${id} is answered twice`),
  ];
};

const optOutViolations = (
  twin: LocalEnvironment,
  { conversations, threads }: DbSnapshot,
  { optOutPeriods: silences }: TrafficRecord,
): string[] => {
  const found: string[] = [];
  for (const { customer, from, until } of silences) {
    const received = receivedBy(twin, customer).filter(({ receivedAt }) => {
      const time = Date.parse(receivedAt);
      return from <= time && time < until;
    });
    // The carriers' rules allow one text that confirms the opt-out.
    const confirmations = received.filter(({ text }) => text.includes("you will get no more texts"));
    if (confirmations.length > 1) found.push(`${customer} got ${confirmations.length} confirmations of one opt-out`);
    for (const each of received) if (!confirmations.includes(each)) found.push(`${customer} got "${each.text}"`);
  }
  for (const thread of threads) {
    const newest = conversations.find(({ id }) => id === conversationIdOf(thread.id, Math.max(1, thread.lastNumber)));
    if (newest && newest.state !== "closed" && newest.optedOut !== isOptedOut(thread)) {
      found.push(`${newest.id} and its thread disagree about the opt-out`);
    }
  }
  return found;
};

/** The texts that arrived from Hilo. The carrier's own answers are left out. */
const receivedBy = (twin: LocalEnvironment, customer: string) =>
  twin.phoneNetwork.handset(customer).filter(({ origin }) => origin === "sender");

/** Arrivals closer than this, in milliseconds, may be served in either order. */
const SAME_TIME_MS = 1000;

const orderViolations = ({ agents, conversations }: DbSnapshot): string[] => {
  const waiting = conversations.filter(
    // In its queue since its arrival, without interruption.
    (each): each is QueuedConversation => each.state === "queued" && each.stateChangedAt === each.queuedAt,
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
  const { agentId, decidedAt, by } = later.routingDecision;
  const agent = agents.find(({ id }) => id === agentId);
  return (
    (by === "most-free-capacity" || by === "round-robin") &&
    later.queueId === first.queueId &&
    later.priority === first.priority &&
    later.capacityUnits === first.capacityUnits &&
    Date.parse(later.queuedAt) > Date.parse(first.queuedAt) + SAME_TIME_MS &&
    Date.parse(decidedAt) > Date.parse(first.queuedAt) + SAME_TIME_MS &&
    first.declines[agentId] === undefined &&
    first.skills.every((skill) => agent?.skills.includes(skill))
  );
};
