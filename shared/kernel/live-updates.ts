import type { AgentId, ConversationId, MessageId } from "./ids.ts";
import type { Instant } from "./instant.ts";

/** A stored change that open consoles may show, by ids only. */
export type LiveChange =
  | {
      readonly kind: "conversation";
      readonly conversationId: ConversationId;
      /** The agents whose work items it is among, or was before the change. */
      readonly agentIds: readonly AgentId[];
      /** The queues in which it waits, or waited before the change. */
      readonly queueIds: readonly string[];
    }
  | {
      readonly kind: "message";
      readonly conversationId: ConversationId;
      readonly messageId: MessageId;
      /** The agent who wrote it, and the owner of the conversation as far as the process knows. */
      readonly agentIds: readonly AgentId[];
    }
  | { readonly kind: "agent"; readonly agentId: AgentId };

/** A console that is to be notified. */
export interface LiveSubscriber {
  readonly agentId: AgentId;
  /** The queues of which it is notified. */
  readonly queueIds: readonly string[];
  /** Supervisors are notified of every change. */
  readonly isSupervisor: boolean;
}

/** The address that a console connects to. It contains a secret. */
export interface LiveConnection {
  readonly url: string;
  /** Until when a console can connect. Connections that are open then may stay open. */
  readonly expiresAt: Instant;
}

/**
 * Notifies open consoles, which then read what has changed.
 *
 * @remarks A notification may be lost or late: a console also polls.
 */
export interface LiveUpdates {
  /** Notifies the agents, the members of the queues and the supervisors whom a change concerns. Never fails or waits. */
  notify(change: LiveChange): void;
  /** Closes the connections of an agent, whose next one has the agent's present queues. Never fails or waits. */
  disconnect(agentId: AgentId): void;
  /**
   * Makes an address for a console.
   * @returns `undefined` when the app has no live updates.
   * @throws TransientError when the service is unavailable.
   */
  connectionFor(subscriber: LiveSubscriber): Promise<LiveConnection | undefined>;
}

declare module "./ports.ts" {
  interface Ports {
    readonly liveUpdates: LiveUpdates;
  }
}
