import { expect, it } from "vitest";
import { onAzure, useCosmos } from "../../tests/contracts/cosmos-stores.ts";
import { at, newAgentId, newConversationId } from "../../tests/contracts/sample-ids.ts";
import { presenceChoice } from "../../tests/fakes/sample-organisation.ts";

const cosmos = useCosmos();

it.skipIf(onAzure)(
  "claims the capacity that a claim for the same conversation takes until it is released at this moment",
  async () => {
    const { agents } = cosmos.stores();
    const agentId = newAgentId();
    await agents.saveProfile(agentId, { name: "Ana", capacity: 1, queueIds: ["support"], skills: [] });
    await agents.setPresence(agentId, presenceChoice("available", at(0)));
    const claim = { agentId, conversationId: newConversationId(), units: 1, claimedAt: at(1), token: "stray" };
    await agents.claim(claim);
    // The sweep releases it after the claim was refused, and before the agent is read.
    let isReleased = false;
    const removeListener = cosmos.twin.onOperation(async (stage, { kind, id }) => {
      if (stage !== "before" || kind !== "read" || id !== agentId || isReleased) return;
      isReleased = true;
      await agents.release(agentId, claim.conversationId, "stray");
    });
    expect(await agents.claim({ ...claim, claimedAt: at(2), token: "new" })).toBe("claimed");
    removeListener();
    expect(isReleased).toBe(true);
    expect(await agents.find(agentId)).toMatchObject({ load: 1, claims: { [claim.conversationId]: { token: "new" } } });
  },
);
