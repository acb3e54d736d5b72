import { presenceOf } from "../agent/agent.ts";
import type { Actor } from "../conversation/actor.ts";
import { storeNote } from "../conversation/add-note.ts";
import { type Conversation, ownerOf } from "../conversation/conversation.ts";
import { transferNoteIdOf } from "../conversation/message.ts";
import { type MoveEvent, transition } from "../conversation/transition/transition.ts";
import type { AgentId } from "../kernel/ids.ts";
import { addSeconds } from "../kernel/instant.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Read } from "../kernel/stored.ts";
import { queueOf } from "../settings/settings.ts";
import { type Move, moveConversation } from "./move-conversation.ts";

type TransferPorts = Pick<
  Ports,
  "conversations" | "agents" | "jobs" | "messages" | "routingWorkflow" | "now" | "newId" | "settings"
>;

/** A transfer, without the person who makes it. */
type Transfer =
  | Omit<Extract<MoveEvent, { kind: "transfer-to-queue" }>, "actor" | "memberOf">
  | Omit<Extract<MoveEvent, { kind: "transfer-to-agent" }>, "actor" | "memberOf">;

/** Where a conversation goes. `override`: although the agent's presence or capacity does not allow it. */
type Destination = { readonly queueId: string } | { readonly agentId: AgentId; readonly override?: boolean };

export interface TransferRefusal {
  readonly kind: "unknown-destination" | "agent-not-present" | "override-forbidden";
}

interface TransferRequest {
  readonly actor: Actor;
  /** The conversation's queue, when the actor is a member of it. */
  readonly memberOf: string | undefined;
  readonly to: Destination;
  /** A note for the next agent, which is added before the conversation moves. */
  readonly note?: string | undefined;
}

/**
 * Moves a conversation to another queue, or offers it to a chosen agent for as long as its queue offers.
 * @returns `unknown-destination` when there is no such queue or agent, `agent-not-present` when the agent's presence is
 * none of those that the queue allows, `override-forbidden` when an agent overrides, else the outcome of the move.
 * When a move is refused for lack of capacity, its note stays.
 * @throws TransientError when a store is unavailable.
 */
export const transferConversation = async (
  ports: TransferPorts,
  read: Read<Conversation>,
  { actor, memberOf, to, note }: TransferRequest,
): Promise<Move | TransferRefusal> => {
  if (note !== undefined && wasTransferred(read.value, { actor, to, note })) {
    return { kind: "moved", conversation: read.value, etag: read.etag, followUp: { kind: "done" } };
  }
  if ("override" in to && to.override && !actor.supervisor) return { kind: "override-forbidden" };
  const event = "queueId" in to ? await toQueue(ports, to.queueId) : await toAgent(ports, to, read.value);
  if (typeof event === "string") return { kind: event };
  // With the queue of the membership: the conversation may move to one whose members do not include the actor.
  const transfer = { ...event, actor, memberOf };
  if (note === undefined) return moveConversation(ports, read, transfer);
  const decision = transition(read.value, transfer, ports.now());
  if (decision.kind !== "moved") return decision;
  const { agentId } = actor;
  const { id: conversationId, epoch } = read.value;
  const added = await storeNote(ports, read, {
    id: transferNoteIdOf({ conversationId, epoch, agentId, text: note }),
    mayExist: true,
    actor,
    text: note,
    refuse: async (): Promise<undefined> => undefined,
  });
  return added.kind === "added" ? moveConversation(ports, { ...read, ...added.read }, transfer) : added;
};

/** Whether the request is a repetition: the conversation entered routing once since the note, and is where it was to go. */
const wasTransferred = (
  conversation: Conversation,
  { actor: { agentId }, to, note }: Required<Pick<TransferRequest, "actor" | "to">> & { readonly note: string },
): boolean => {
  const { id: conversationId, epoch, lastStaffMessage } = conversation;
  const noteId = transferNoteIdOf({ conversationId, epoch: epoch - 1, agentId, text: note });
  if (lastStaffMessage?.id !== noteId) return false;
  if ("queueId" in to) return conversation.queueId === to.queueId;
  return ownerOf(conversation) === to.agentId; // who may have accepted it since
};

const toQueue = async ({ settings }: TransferPorts, queueId: string): Promise<Transfer | "unknown-destination"> => {
  const { queues } = await settings.snapshot();
  return queues.some(({ id }) => id === queueId) ? { kind: "transfer-to-queue", queueId } : "unknown-destination";
};

const toAgent = async (
  { agents, settings, now }: TransferPorts,
  { agentId, override }: Extract<Destination, { agentId: AgentId }>,
  { queueId }: Conversation,
): Promise<Transfer | "unknown-destination" | "agent-not-present"> => {
  const [agent, snapshot] = await Promise.all([agents.find(agentId), settings.snapshot()]);
  if (!agent) return "unknown-destination";
  const { allowedPresences: presences, offerSeconds } = queueOf(snapshot, queueId);
  const offer = { kind: "transfer-to-agent", agentId, expiresAt: addSeconds(now(), offerSeconds) } as const;
  if (override) return { ...offer, mayExceedCapacity: true };
  return presences.includes(presenceOf(agent, now())) ? { ...offer, presences } : "agent-not-present";
};
