import type { Conversation } from "../../conversation/conversation.ts";
import { expireOffer } from "../../routing/expire-offer.ts";
import { requireFollowUp } from "../../routing/follow-up.ts";
import type { SweepRun } from "../sweep-run.ts";

/**
 * Ends an offer that has been over for a minute, because its workflow has not: the back end of the workflows may be late
 * or down.
 * @returns whether the offer was ended.
 * @throws TransientError when a store is unavailable, or the follow-up is incomplete.
 */
export const expireOverdueOffer = async (
  { ports, swept, graceStartedAt }: SweepRun,
  conversation: Conversation,
): Promise<boolean> => {
  if (conversation.state !== "offered" || conversation.offer.expiresAt >= graceStartedAt) return false;
  const move = await expireOffer(ports, conversation);
  if (move.kind !== "moved") return false;
  swept.offersExpired += 1;
  requireFollowUp(move);
  return true;
};
