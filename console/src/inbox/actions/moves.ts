import type { Conversation, Me } from "../../api/types.ts";

/** The transitions that need nothing but the conversation. */
export const MOVES = ["accept", "decline", "pick", "park", "resume", "release", "end", "finish"] as const;
export type MoveName = (typeof MOVES)[number];

/** What a person can do with a conversation: the usual next steps, and the rest. */
export interface Moves {
  readonly usual: readonly MoveName[];
  readonly further: readonly MoveName[];
  /** Whether the person may transfer it, and block the customer. */
  readonly canHandOver: boolean;
}

const NONE: Moves = { usual: [], further: [], canHandOver: false };

export const movesFor = ({ state, offer, agentId }: Conversation, me: Pick<Me, "id" | "roles">): Moves => {
  if (agentId !== undefined && agentId !== me.id) {
    const isSupervised = me.roles.includes("Supervisor") && (state === "active" || state === "waiting");
    return isSupervised ? { usual: [], further: ["end"], canHandOver: true } : NONE;
  }
  switch (state) {
    case "queued":
      return { ...NONE, usual: ["pick"] };
    case "offered":
      return offer?.agentId === me.id ? { ...NONE, usual: ["accept", "decline"] } : NONE;
    case "active":
      return { usual: ["park", "end"], further: ["release"], canHandOver: true };
    case "waiting":
      return { usual: ["resume"], further: ["end", "release"], canHandOver: true };
    case "wrap-up":
      return { ...NONE, usual: ["finish"] };
    default:
      return NONE;
  }
};
