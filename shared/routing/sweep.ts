import { adoptClaim } from "../conversation/adopt-claim.ts";
import { type Conversation, isInRouting } from "../conversation/conversation.ts";
import type { ConversationId } from "../conversation/ids.ts";
import { workItemIdOf } from "../conversation/ids.ts";
import type { Messages } from "../conversation/messages.ts";
import { dispatchesFor, type MoveDeps, moveConversation } from "../conversation/move-conversation.ts";
import { type ConversationEvent, isQuietSince } from "../conversation/transition.ts";
import { addSeconds, type Instant } from "../instant.ts";
import type { Settings, SettingsSnapshot } from "../settings/settings.ts";
import type { Agent } from "./agent.ts";
import { queueOf } from "./choose-queue.ts";

export interface SweepDeps extends MoveDeps {
  readonly messages: Messages;
  readonly settings: Settings;
}

/** What a sweep mended, and what it closed because its time was over. In normal running it mends nothing. */
export interface Swept {
  /** Claims of agents on conversations that are not theirs. */
  readonly claimsReturned: number;
  /** Conversations in routing that no orchestration watched over. */
  readonly orchestrationsStarted: number;
  /** Queues that were looked at again because somebody waits in them. */
  readonly queuesDispatched: number;
  /** Replies that were stored and never put on their way. */
  readonly repliesSent: number;
  readonly closed: number;
  readonly orchestrationsForgotten: number;
}

/** What is younger may still be under way: a move takes far less. */
const GRACE_SECONDS = 60;
/** How long ended orchestrations are kept, for whoever asks what happened. */
const KEEP_ENDED_SECONDS = 86_400;

/**
 * Repairs what a crash left behind, and closes what was inactive too long. Nothing else depends on it: all that it
 * mends is some work done twice, late or half.
 */
export const sweep = async (deps: SweepDeps): Promise<Swept> => {
  const now = deps.now();
  const [settings, running, unsent] = await Promise.all([
    deps.settings.snapshot(),
    deps.routingClock.running(),
    deps.messages.unsentBefore(addSeconds(now, -GRACE_SECONDS)),
  ]);
  await Promise.all(unsent.map(({ threadId, id }) => deps.wakeUps.outbound(threadId, id)));

  let orchestrationsStarted = 0;
  let closed = 0;
  const waitingIn = new Set<string>();
  const tokens = new Set<string>();
  for await (const page of deps.conversations.open()) {
    for (const { value: conversation } of page) {
      if (conversation.claimToken !== undefined) tokens.add(conversation.claimToken);
      const isOld = conversation.stateAt < addSeconds(now, -GRACE_SECONDS);
      const over = await endOf(deps, settings, conversation, now);
      if (over && (await moveConversation(deps, conversation.id, over)).kind === "moved") closed++;
      else if (isOld && conversation.state === "queued") waitingIn.add(conversation.queueId);
      if (
        !over &&
        isOld &&
        isInRouting(conversation) &&
        !running.has(workItemIdOf(conversation.id, conversation.epoch))
      ) {
        const { id, threadId, epoch } = conversation;
        await deps.routingClock.start({ conversationId: id, threadId, epoch });
        orchestrationsStarted++;
      }
    }
  }
  const claimsReturned = await returnStrayClaims(deps, tokens, now);
  await deps.wakeUps.dispatch([...waitingIn].map((queueId) => ({ queueId, because: "sweep" })));
  return {
    claimsReturned,
    orchestrationsStarted,
    queuesDispatched: waitingIn.size,
    repliesSent: unsent.length,
    closed,
    orchestrationsForgotten: await forgetEnded(deps, now),
  };
};

/** What ends a conversation because its time is over, if anything does. */
const endOf = async (
  { messages }: SweepDeps,
  settings: SettingsSnapshot,
  conversation: Conversation,
  now: Instant,
): Promise<ConversationEvent | undefined> => {
  if (conversation.state === "wrap-up") {
    return conversation.endsAt <= now ? { kind: "wrap-up-over" } : undefined;
  }
  const limit = addSeconds(now, -queueOf(settings, conversation.queueId).inactiveAfterSeconds);
  if (!isQuietSince(conversation, limit)) return undefined;
  const repliedAt = await messages.lastReplyAt(conversation.id);
  return repliedAt && repliedAt > limit ? undefined : { kind: "go-inactive", quietSince: limit };
};

/**
 * Gives back capacity that agents hold for conversations which are not theirs.
 * @param tokens - the claims that open conversations had a moment ago; a claim among them needs no second look.
 */
const returnStrayClaims = async (deps: SweepDeps, tokens: ReadonlySet<string>, now: Instant): Promise<number> => {
  let returned = 0;
  for (const agent of await deps.agents.withClaims()) {
    for (const [id, token] of oldClaims(agent, now)) {
      if (tokens.has(token)) continue;
      if (await adoptClaim(deps, agent.id, id, token)) continue;
      const freed = await deps.agents.release(agent.id, id, token);
      if (!freed) continue;
      returned++;
      await deps.wakeUps.dispatch(dispatchesFor(freed, "capacity-free"));
    }
  }
  return returned;
};

const oldClaims = (agent: Agent, now: Instant): readonly [ConversationId, string][] =>
  Object.entries(agent.claims)
    .filter(([, { since }]) => since < addSeconds(now, -GRACE_SECONDS))
    .map(([id, { token }]) => [id as ConversationId, token]);

/** Once an hour is enough, and a sweep comes every minute. */
const forgetEnded = async ({ routingClock }: SweepDeps, now: Instant): Promise<number> =>
  new Date(now).getUTCMinutes() === 0
    ? routingClock.purgeEndedBefore(new Date(addSeconds(now, -KEEP_ENDED_SECONDS)))
    : 0;
