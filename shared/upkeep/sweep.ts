import type { Agent } from "../agent/agent.ts";
import { type Conversation, isInRouting, isQuietSince } from "../conversation/conversation.ts";
import type { MoveEvent } from "../conversation/transition/transition.ts";
import { type AgentId, type ConversationId, parseWorkItemId, workItemIdOf } from "../kernel/ids.ts";
import { addSeconds, type Instant, secondsBetween } from "../kernel/instant.ts";
import type { Ports } from "../kernel/ports.ts";
import { requireFollowUp } from "../routing/follow-up.ts";
import { moveConversation } from "../routing/move-conversation.ts";
import { reconcileClaim } from "../routing/reconcile-claim.ts";
import { releaseCapacity } from "../routing/release-capacity.ts";
import { queueOf, type SettingsSnapshot } from "../settings/settings.ts";

type SweepPorts = Pick<
  Ports,
  "conversations" | "agents" | "jobs" | "routingWorkflow" | "now" | "newId" | "contacts" | "messages" | "settings"
>;

/** What a sweep mended, and what it closed because its time was over. In normal running it mends nothing. */
export interface Swept {
  /** Claims of agents on conversations that are not theirs. */
  readonly claimsReturned: number;
  /** Conversations in routing that no orchestration watched over. */
  readonly orchestrationsStarted: number;
  /** Orchestrations that slept over what they wait for. */
  readonly orchestrationsWoken: number;
  /** Queues that were looked at again because somebody waits in them. */
  readonly queuesDispatched: number;
  /** Replies that were stored and never put on their way. */
  readonly repliesSent: number;
  /** Contacts whose change of number had broken off. */
  readonly contactsMoved: number;
  readonly closed: number;
  readonly orchestrationsForgotten: number;
  /** How long the oldest conversation in a queue has waited there; 0 when none does. */
  readonly oldestWaitingSeconds: number;
}

/** What is younger may still be under way: a move takes far less. */
const GRACE_SECONDS = 60;
/** How long ended orchestrations are kept, for whoever asks what happened. */
const KEEP_ENDED_SECONDS = 86_400;

/**
 * Repairs what a crash left behind, and closes what was inactive too long. Nothing else depends on it: all that it
 * mends is some work done twice, late or half. What it cannot mend keeps it from nothing else.
 * @returns what it did, and what went wrong on the way; the next sweep tries that again.
 */
export const sweep = async (
  ports: SweepPorts,
): Promise<{ readonly swept: Swept; readonly failures: readonly unknown[] }> => {
  const run = new Sweep(ports, await ports.settings.snapshot());
  await Promise.all([
    run.guard(() => run.sendReplies()),
    run.guard(() => run.finishContacts()),
    run.guard(() => run.walkConversations()),
  ]);
  if (isHourly(run.now)) await run.guard(() => run.tidyOrchestrations());
  return { swept: run.swept, failures: run.failures };
};

/** Once an hour is enough for what harms nobody meanwhile; a sweep comes every minute. */
const isHourly = (now: Instant): boolean => new Date(now).getUTCMinutes() === 0;

/** One run of the sweep, with what it has found so far. */
class Sweep {
  readonly now: Instant;
  readonly swept = {
    ...{ claimsReturned: 0, orchestrationsStarted: 0, orchestrationsWoken: 0, queuesDispatched: 0 },
    ...{ repliesSent: 0, contactsMoved: 0, closed: 0, orchestrationsForgotten: 0, oldestWaitingSeconds: 0 },
  };
  readonly failures: unknown[] = [];
  readonly #ports: SweepPorts;
  readonly #settings: SettingsSnapshot;
  /** Claims that open conversations have: they need no second look. */
  readonly #tokens = new Set<string>();
  /** Those that have been in routing for a while. */
  readonly #inRouting: Conversation[] = [];

  constructor(ports: SweepPorts, settings: SettingsSnapshot) {
    this.#ports = ports;
    this.#settings = settings;
    this.now = ports.now();
  }

  /** Does some work; when that fails, the rest goes on. */
  async guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.failures.push(error);
    }
  }

  async sendReplies(): Promise<void> {
    const unsent = await this.#ports.messages.unsentBefore(this.#graceAgo());
    await Promise.all(unsent.map(({ threadId, id }) => this.#ports.jobs.enqueueOutbound(threadId, id)));
    this.swept.repliesSent = unsent.length;
  }

  async finishContacts(): Promise<void> {
    this.swept.contactsMoved = await this.#ports.contacts.finishMoves();
  }

  async walkConversations(): Promise<void> {
    for await (const page of this.#ports.conversations.open()) {
      for (const { value } of page) await this.guard(() => this.#look(value));
    }
    await this.guard(() => this.#dispatchQueues());
    await this.guard(() => this.#watchOver());
    await this.guard(() => this.#returnStrayClaims());
  }

  /** Forgets what ended long ago, and ends what waits for a change that has been. */
  async tidyOrchestrations(): Promise<void> {
    const { routingWorkflow } = this.#ports;
    for (const workItemId of await routingWorkflow.running()) {
      await this.guard(async () => {
        if (!(await this.#hasSettled(workItemId))) return;
        await routingWorkflow.notify(workItemId, { settled: true });
        this.swept.orchestrationsWoken++;
      });
    }
    this.swept.orchestrationsForgotten = await routingWorkflow.purgeEndedBefore(
      new Date(addSeconds(this.now, -KEEP_ENDED_SECONDS)),
    );
  }

  #graceAgo(): Instant {
    return addSeconds(this.now, -GRACE_SECONDS);
  }

  async #look(conversation: Conversation): Promise<void> {
    if (conversation.claimToken !== undefined) this.#tokens.add(conversation.claimToken);
    if (conversation.state === "queued") {
      const waited = secondsBetween(conversation.queuedAt, this.now);
      this.swept.oldestWaitingSeconds = Math.max(this.swept.oldestWaitingSeconds, waited);
    }
    const over = await this.#endOf(conversation);
    const move = over && (await moveConversation(this.#ports, conversation.id, over));
    if (move?.kind === "moved") {
      this.swept.closed++;
      requireFollowUp(move);
    } else if (isInRouting(conversation) && conversation.stateChangedAt < this.#graceAgo())
      this.#inRouting.push(conversation);
  }

  /** What ends a conversation because its time is over, if anything does. */
  async #endOf(conversation: Conversation): Promise<MoveEvent | undefined> {
    if (conversation.state === "wrap-up") {
      return conversation.endsAt <= this.now ? { kind: "wrap-up-over" } : undefined;
    }
    const { inactiveAfterSeconds } = queueOf(this.#settings, conversation.queueId);
    const limit = addSeconds(this.now, -inactiveAfterSeconds);
    if (!isQuietSince(conversation, limit)) return undefined;
    const repliedAt = await this.#ports.messages.lastReplyAt(conversation.id);
    return repliedAt && repliedAt > limit ? undefined : { kind: "go-inactive", quietSince: limit };
  }

  async #dispatchQueues(): Promise<void> {
    const waiting = this.#inRouting.filter(({ state }) => state === "queued");
    const queueIds = [...new Set(waiting.map(({ queueId }) => queueId))];
    await this.#ports.jobs.enqueueDispatch(queueIds.map((queueId) => ({ queueId, cause: "sweep" })));
    this.swept.queuesDispatched = queueIds.length;
  }

  /** Has an orchestration watch over everything that is in routing, and awake when it is due. */
  async #watchOver(): Promise<void> {
    if (this.#inRouting.length === 0) return;
    const running = await this.#ports.routingWorkflow.running();
    for (const conversation of this.#inRouting) {
      await this.guard(() => this.#watch(conversation, running));
    }
  }

  async #watch(conversation: Conversation, running: ReadonlySet<string>): Promise<void> {
    const { routingWorkflow } = this.#ports;
    const { id, threadId, epoch } = conversation;
    const workItemId = workItemIdOf(id, epoch);
    if (!running.has(workItemId)) {
      await routingWorkflow.start({ conversationId: id, threadId, epoch });
      this.swept.orchestrationsStarted++;
    } else if (conversation.state === "offered" && conversation.offer.expiresAt < this.#graceAgo()) {
      await routingWorkflow.notify(workItemId, { settled: false });
      this.swept.orchestrationsWoken++;
    }
  }

  /** Gives back capacity that agents hold for conversations which are not theirs. */
  async #returnStrayClaims(): Promise<void> {
    for (const agent of await this.#ports.agents.withClaims()) {
      for (const [id, token] of this.#oldClaims(agent)) {
        if (!this.#tokens.has(token)) await this.guard(() => this.#returnClaim(agent.id, id, token));
      }
    }
  }

  async #returnClaim(agentId: AgentId, id: ConversationId, token: string): Promise<void> {
    const claim = { agentId, conversationId: id, token };
    if (await reconcileClaim(this.#ports, claim)) return;
    if (await releaseCapacity(this.#ports, claim)) this.swept.claimsReturned++;
  }

  #oldClaims(agent: Agent): readonly [ConversationId, string][] {
    return Object.entries(agent.claims)
      .filter(([, { since }]) => since < this.#graceAgo())
      .map(([id, { token }]) => [id as ConversationId, token]);
  }

  async #hasSettled(workItemId: string): Promise<boolean> {
    const item = parseWorkItemId(workItemId);
    if (!item) return false;
    const conversation = (await this.#ports.conversations.find(item.id))?.value;
    return conversation !== undefined && (conversation.epoch > item.epoch || !isInRouting(conversation));
  }
}
