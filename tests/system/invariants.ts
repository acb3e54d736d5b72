import { hasEnded } from "azure-twin/functions-host";
import type { LocalEnvironment } from "../../local/environment.ts";
import type { Agent } from "../../shared/agent/agent.ts";
import { isOptedOut } from "../../shared/consent/consent.ts";
import {
  type Conversation,
  holderOf,
  isInRouting,
  type QueuedConversation,
  REMEMBERED_TEXTS,
} from "../../shared/conversation/conversation.ts";
import { inboundMessageId, type OutboundMessage } from "../../shared/conversation/message.ts";
import { conversationIdOf, numberOf, workItemIdOf } from "../../shared/kernel/ids.ts";
import { keywordOf } from "../../shared/sms/keyword.ts";
import { type Facts, readFacts } from "./facts.ts";

/** What those outside know: it is held against what the product has made of it. */
export interface Story {
  /** What customers texted. `messageId`: the provider's. */
  readonly texts: readonly { readonly messageId: string; readonly from: string; readonly text: string }[];
  /** What agents wrote; each text stands for itself. `accepted`: an agent was told that it will be sent. */
  readonly replies: readonly { readonly to: string; readonly text: string; readonly accepted: boolean }[];
  /** When a customer had opted out and the company knew it: milliseconds since the Unix epoch. */
  readonly silences: readonly { readonly customer: string; readonly from: number; readonly until: number }[];
}

/**
 * Looks for what must never be, in all that a twin holds, when nothing is under way in it: the invariants of the
 * design. A crash may leave a claim, a reply or a work item to the sweep; what is looked at here is what is left when
 * it has run.
 * @returns each violation in a sentence that begins with the invariant's name; none when all is well.
 */
export const violations = async (twin: LocalEnvironment, story: Story): Promise<readonly string[]> => {
  const facts = await readFacts(twin);
  const broken: Record<string, readonly string[]> = {
    "I1 each text is stored exactly once": textViolations(twin, facts, story),
    "I2 load is what is held, and I3 one agent holds it": loadViolations(facts),
    "I4 nothing is stranded": strandedViolations(twin, facts),
    "I5 a reply has one effect and ends": replyViolations(twin, facts, story),
    "I6 who opted out gets nothing": silenceViolations(twin, facts, story),
    "I7 first come, first served": orderViolations(facts),
  };
  return Object.entries(broken).flatMap(([invariant, sentences]) => sentences.map((each) => `${invariant}: ${each}`));
};

const textViolations = (
  twin: LocalEnvironment,
  { messages, conversations, quarantined }: Facts,
  { texts }: Story,
): string[] => {
  const found: string[] = [];
  const told = new Map(texts.map((each) => [inboundMessageId("acs", each.messageId), each] as const));
  for (const [id, { text }] of told) {
    const stored = messages.filter((message) => message.id === id);
    if (stored.length !== 1) found.push(`${id} is stored ${stored.length} times`);
    for (const message of stored) {
      if (message.text !== text) found.push(`${id} has another text`);
      const home = conversations.find((each) => each.id === message.conversationId);
      const isKeyword = keywordOf(text, true) !== undefined;
      if (!home && !isKeyword) found.push(`${id} is in no conversation`);
      // One that closes before it hears of a keyword has no use for it any more.
      const shouldKnow = home && home.textIds.length < REMEMBERED_TEXTS && !(isKeyword && home.state === "closed");
      if (shouldKnow && !home.textIds.includes(message.id)) found.push(`${home.id} has not taken ${id} in`);
    }
  }
  for (const { direction, id } of messages) {
    if (direction === "inbound" && !told.has(id)) found.push(`nobody texted ${id}`);
  }
  for (const conversation of conversations) {
    for (const id of conversation.textIds) {
      const home = messages.find((message) => message.id === id)?.conversationId;
      if (home !== conversation.id) found.push(`${conversation.id} has taken in ${id}, which is in ${home}`);
    }
  }
  for (const id of quarantined) found.push(`${id} is in quarantine`);
  for (const { event } of twin.phoneNetwork.deadLetters()) found.push(`Event Grid gave up ${event.id}`);
  return found;
};

const loadViolations = ({ agents, conversations }: Facts): string[] =>
  agents.flatMap((agent) => {
    const held = conversations.filter((each) => holderOf(each) === agent.id);
    const claims = Object.entries(agent.claims).map(([id, { units, token }]) => `${id} ${units} ${token}`);
    const needed = held.map(({ id, capacityUnits: units, claimToken }) => `${id} ${units} ${claimToken}`);
    const sum = held.reduce((units, each) => units + each.capacityUnits, 0);
    return [
      ...claims
        .filter((claim) => !needed.includes(claim))
        .map((claim) => `${agent.id} claims, and does not hold, ${claim}`),
      ...needed
        .filter((claim) => !claims.includes(claim))
        .map((claim) => `${agent.id} holds, and does not claim, ${claim}`),
      ...(agent.load === sum ? [] : [`${agent.id} has a load of ${agent.load} and holds ${sum}`]),
      ...(agent.load <= agent.capacity ? [] : [`${agent.id} has a load of ${agent.load} of ${agent.capacity}`]),
    ];
  });

const strandedViolations = (twin: LocalEnvironment, { agents, conversations, queues, threads }: Facts): string[] => {
  const found: string[] = [];
  const watched = new Set(
    twin.taskHub
      .instances()
      .filter((instance) => !hasEnded(instance))
      .map(({ instanceId }) => instanceId),
  );
  for (const conversation of conversations) {
    const { id, epoch, state } = conversation;
    if (isInRouting(conversation) && !watched.has(workItemIdOf(id, epoch))) found.push(`nobody watches over ${id}`);
    if (state === "new") found.push(`${id} never entered a queue`);
    const taker = state === "queued" && agents.find((agent) => couldTake(agent, conversation, queues));
    if (taker) found.push(`${id} waits, and ${taker.id} could take it`);
  }
  for (const { id, lastNumber } of threads) {
    const ofThread = conversations.filter((each) => each.threadId === id);
    const newest = Math.max(0, ...ofThread.map((each) => numberOf(each.id)));
    if (newest !== lastNumber) found.push(`thread ${id} does not know of conversation ${newest}`);
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

/** Said here once more, in other words than the product's own. */
const couldTake = (agent: Agent, conversation: QueuedConversation, queues: Facts["queues"]): boolean => {
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

const replyViolations = (twin: LocalEnvironment, { messages }: Facts, { replies }: Story): string[] => {
  const found: string[] = [];
  const stored = messages.filter((message): message is OutboundMessage => message.direction === "outbound");
  for (const { to, text, accepted } of replies) {
    const kept = stored.filter((message) => message.text === text);
    if (kept.length > 1 || (accepted && kept.length === 0)) found.push(`"${text}" is stored ${kept.length} times`);
    const seen = gotBy(twin, to).filter((each) => each.text === text).length;
    for (const { id, state } of kept) {
      if (state === "queued") found.push(`${id} is still on its way`);
      if (seen > 1) found.push(`${id} arrived ${seen} times`);
      if (state === "delivered" && seen === 0) found.push(`${id} is delivered, and never arrived`);
    }
    if (kept.length === 0 && seen > 0) found.push(`"${text}" arrived, and is not stored`);
  }
  const known = new Set(replies.map(({ text }) => text));
  for (const { id, text, answeredKeyword: answers } of stored)
    if (!answers && !known.has(text)) found.push(`nobody wrote ${id}`);
  return [...found, ...answerViolations(stored)];
};

/** A keyword has one answer at most, and an answer ends like any other text. */
const answerViolations = (stored: readonly OutboundMessage[]): string[] => {
  const answers = stored.filter((message) => message.answeredKeyword);
  const answered = answers.map((message) => message.answeredKeyword?.messageId);
  return [
    ...answers.filter(({ state }) => state === "queued").map(({ id }) => `${id} is still on its way`),
    ...answered.filter((id, n) => answered.indexOf(id) !== n).map((id) => `${id} is answered twice`),
  ];
};

const silenceViolations = (
  twin: LocalEnvironment,
  { conversations, threads }: Facts,
  { silences }: Story,
): string[] => {
  const found: string[] = [];
  for (const { customer, from, until } of silences) {
    const got = gotBy(twin, customer).filter(({ receivedAt }) => {
      const at = Date.parse(receivedAt);
      return from <= at && at < until;
    });
    // The one text that the rules allow says that the opt-out was heard.
    const confirmations = got.filter(({ text }) => text.includes("you will get no more texts"));
    if (confirmations.length > 1) found.push(`${customer} was told ${confirmations.length} times of one opt-out`);
    for (const each of got) if (!confirmations.includes(each)) found.push(`${customer} got "${each.text}"`);
  }
  for (const thread of threads) {
    const newest = conversations.find(({ id }) => id === conversationIdOf(thread.id, Math.max(1, thread.lastNumber)));
    if (newest && newest.state !== "closed" && newest.optedOut !== isOptedOut(thread)) {
      found.push(`${newest.id} does not know whether its customer has opted out`);
    }
  }
  return found;
};

/** What the company itself sent: the carrier's own answers are left out. */
const gotBy = (twin: LocalEnvironment, customer: string) =>
  twin.phoneNetwork.handset(customer).filter(({ origin }) => origin === "sender");

/** Two that came within this time may be seen in either order, in milliseconds. */
const SAME_TIME_MS = 1000;

const orderViolations = ({ agents, conversations }: Facts): string[] => {
  const waiting = conversations.filter(
    // In its queue since it came, without a break.
    (each): each is QueuedConversation => each.state === "queued" && each.stateChangedAt === each.queuedAt,
  );
  return waiting.flatMap((first) =>
    conversations
      .filter((later) => overtook(first, later, agents))
      .map((later) => `${later.id} was given out before ${first.id}`),
  );
};

/** Whether a conversation that came later, and had no advantage, was offered while an earlier one waited. */
const overtook = (first: QueuedConversation, later: Conversation, agents: readonly Agent[]): boolean => {
  if (later.state !== "offered" || !later.routingDecision) return false;
  const { agentId, decidedAt: at, by } = later.routingDecision;
  const agent = agents.find(({ id }) => id === agentId);
  return (
    (by === "most-free-capacity" || by === "round-robin") &&
    later.queueId === first.queueId &&
    later.priority === first.priority &&
    later.capacityUnits === first.capacityUnits &&
    Date.parse(later.queuedAt) > Date.parse(first.queuedAt) + SAME_TIME_MS &&
    Date.parse(at) > Date.parse(first.queuedAt) + SAME_TIME_MS &&
    first.declines[agentId] === undefined &&
    first.skills.every((skill) => agent?.skills.includes(skill))
  );
};
