import type { Agent } from "../../agent/agent.ts";
import { conversationIdSchema } from "../../kernel/ids.ts";
import { reconcileClaim } from "../../routing/reconcile-claim.ts";
import { type ClaimKey, releaseCapacity } from "../../routing/release-capacity.ts";
import type { SweepRun } from "../sweep-run.ts";

/**
 * Releases claims on conversations that the agent does not hold.
 * @param claimTokens - the tokens that open conversations carry. Their claims need no look.
 */
export const releaseStrayClaims = async (run: SweepRun, claimTokens: ReadonlySet<string>): Promise<void> => {
  for (const agent of await run.ports.agents.withClaims()) {
    for (const claim of claimsBeforeGrace(run, agent)) {
      if (!claimTokens.has(claim.token)) await run.attempt(() => releaseIfStray(run, claim));
    }
  }
};

const releaseIfStray = async ({ ports, swept }: SweepRun, claim: ClaimKey): Promise<void> => {
  if (await reconcileClaim(ports, claim)) return;
  if (await releaseCapacity(ports, claim)) swept.claimsReleased += 1;
};

/** The claims whose moves are no longer in progress. */
const claimsBeforeGrace = ({ graceStartedAt }: SweepRun, { id: agentId, claims }: Agent): readonly ClaimKey[] =>
  Object.entries(claims)
    .filter(([, { claimedAt }]) => claimedAt < graceStartedAt)
    .map(([id, { token }]) => ({ agentId, conversationId: conversationIdSchema.parse(id), token }));
