import type { Agent } from "../agent/agent.ts";
import type { AgentId } from "../kernel/ids.ts";
import { addSeconds, type Instant } from "../kernel/instant.ts";
import type { Ports } from "../kernel/ports.ts";
import type { SettingsSnapshot } from "../settings/settings.ts";

export type SweepPorts = Pick<
  Ports,
  "conversations" | "agents" | "jobs" | "routingWorkflow" | "now" | "newId" | "contacts" | "messages" | "settings"
>;

/** The counts of one sweep. In normal operation it repairs nothing. */
export interface Swept {
  /** Claims released that no conversation needs any more. */
  claimsReleased: number;
  /** Routing workflows started for conversations without one. */
  workflowsStarted: number;
  /** Routing workflows notified that their conversation left routing. */
  workflowsNotified: number;
  /** Work items advanced because their workflow had not: an offer had expired, or an overflow was due. */
  workItemsAdvanced: number;
  /** Records of ended routing workflows removed. */
  workflowsPurged: number;
  /** Queues dispatched because conversations wait in them. */
  queuesDispatched: number;
  /** Replies enqueued that were stored and not enqueued. */
  repliesEnqueued: number;
  /** Changes of a contact's number completed. */
  contactMovesFinished: number;
  /** Conversations closed because their wrap-up is over, or because they were inactive. */
  conversationsClosed: number;
  /** Conversations taken from agents who were absent while the customer waited. */
  conversationsReclaimed: number;
  /** How long the oldest conversation in a queue has waited; 0 when none waits. */
  oldestWaitingSeconds: number;
}

/** One run of the sweep, as its repairs share it. */
export interface SweepRun {
  readonly ports: SweepPorts;
  readonly settings: SettingsSnapshot;
  readonly now: Instant;
  /** What changed after this moment may still be in progress, and is left alone. */
  readonly graceStartedAt: Instant;
  readonly swept: Swept;
  readonly failures: unknown[];
  /** Finds an agent, with one read in this run. */
  findAgent(id: AgentId): Promise<Agent | undefined>;
  /** Runs a part of the sweep. An error is added to the failures, and the sweep goes on. */
  attempt(part: () => Promise<void>): Promise<void>;
}

/** Far longer than a move takes. */
const GRACE_SECONDS = 60;

/** @throws TransientError when the settings cannot be read. */
export const startRun = async (ports: SweepPorts): Promise<SweepRun> => {
  const settings = await ports.settings.snapshot();
  const now = ports.now();
  const failures: unknown[] = [];
  const agents = new Map<AgentId, Promise<Agent | undefined>>();
  return {
    ports,
    settings,
    now,
    graceStartedAt: addSeconds(now, -GRACE_SECONDS),
    swept: {
      claimsReleased: 0,
      workflowsStarted: 0,
      workflowsNotified: 0,
      workItemsAdvanced: 0,
      workflowsPurged: 0,
      queuesDispatched: 0,
      repliesEnqueued: 0,
      contactMovesFinished: 0,
      conversationsClosed: 0,
      conversationsReclaimed: 0,
      oldestWaitingSeconds: 0,
    },
    failures,
    findAgent: (id) => {
      const found = agents.get(id) ?? ports.agents.find(id);
      agents.set(id, found);
      return found;
    },
    attempt: async (part) => {
      try {
        await part();
      } catch (error) {
        failures.push(error);
      }
    },
  };
};
