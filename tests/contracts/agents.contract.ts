import { describe, expect, it } from "vitest";
import { profileVersionOf } from "../../shared/agent/agent.ts";
import type { Agents, ClaimRequest } from "../../shared/agent/agents.ts";
import type { AgentId } from "../../shared/kernel/ids.ts";
import { collectPages } from "./everything.ts";
import { at, newAgentId, newConversationId, newSettingId } from "./sample-ids.ts";

const PROFILE = { name: "Ana", capacity: 3, queueIds: ["support"], skills: ["spanish"] };

const claimOf = (agentId: AgentId, some: Partial<ClaimRequest> = {}): ClaimRequest => ({
  agentId,
  conversationId: newConversationId(),
  units: 1,
  claimedAt: at(1),
  token: "token-1",
  ...some,
});

const makeAgent = async (agents: Agents, some: Partial<typeof PROFILE> = {}): Promise<AgentId> => {
  const id = newAgentId();
  await agents.saveProfile(id, { ...PROFILE, ...some });
  await agents.setPresence(id, "available", at(0));
  return id;
};

/** What every store of agents does. */
export const agentsContract = (make: () => Promise<{ readonly agents: Agents }>): void => {
  describe("as a store of agents", () => {
    it("creates an agent offline and without load, and finds it", async () => {
      const { agents } = await make();
      const id = newAgentId();
      expect(await agents.find(id)).toBeUndefined();
      const created = await agents.saveProfile(id, PROFILE);
      expect(created).toEqual({ ...PROFILE, id, presence: "offline", load: 0, claims: {} });
      expect(await agents.find(id)).toEqual(created);
    });

    it("changes a profile and leaves presence, load and claims as they are", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents);
      await agents.claim(claimOf(id));
      const before = await agents.find(id);
      const changed = { name: "Ana Ruiz", capacity: 0, queueIds: [], skills: [] };
      expect(await agents.saveProfile(id, changed)).toEqual({ ...before, ...changed });
    });

    it("replaces the profile that has the expected version, whatever else has changed, and no other", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents);
      const version = profileVersionOf(PROFILE);
      await agents.claim(claimOf(id));
      await agents.setPresence(id, "busy", at(2));
      const before = await agents.find(id);
      const changed = { name: "Ana Ruiz", capacity: 0, queueIds: [], skills: [] };
      expect(await agents.replaceProfile(id, changed, version)).toEqual({ ...before, ...changed });
      expect(await agents.replaceProfile(id, PROFILE, version)).toBe("stale");
      expect(await agents.find(id)).toEqual({ ...before, ...changed });
      expect(await agents.replaceProfile(newAgentId(), PROFILE, version)).toBe("stale");
    });

    it("replaces a profile once, of several who replace the same version at the same time", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents);
      const version = profileVersionOf(PROFILE);
      const results = await Promise.all(
        ["Ana A", "Ana B", "Ana C"].map((name) => agents.replaceProfile(id, { ...PROFILE, name }, version)),
      );
      const replaced = results.filter((result) => result !== "stale");
      expect(replaced).toHaveLength(1);
      expect(await agents.find(id)).toEqual(replaced[0]);
    });

    it("sets the presence of an agent it knows", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents);
      expect((await agents.setPresence(id, "busy", at(1)))?.presence).toBe("busy");
      await agents.setInactive(id, at(0));
      expect((await agents.find(id))?.presence).toBe("busy");
      await agents.setInactive(id, at(1));
      expect((await agents.find(id))?.presence).toBe("inactive");
      expect((await agents.find(id))?.presence).toBe("inactive");
      expect(await agents.setPresence(newAgentId(), "available", at(0))).toBeUndefined();
    });

    it("finds the members of a queue, and lists everybody once", async () => {
      const { agents } = await make();
      const queueId = newSettingId();
      const members = [await makeAgent(agents, { queueIds: ["other", queueId] })];
      members.push(await makeAgent(agents, { queueIds: [queueId] }));
      const other = await makeAgent(agents);
      expect(new Set((await agents.membersOf(queueId)).map(({ id }) => id))).toEqual(new Set(members));
      const listed = (await collectPages(2, (page) => agents.list(page))).map(({ id }) => id);
      for (const id of [...members, other]) expect(listed.filter((listedId) => listedId === id)).toHaveLength(1);
    });

    it("counts a claim, and tells who holds one", async () => {
      const { agents } = await make();
      const [id, idle] = [await makeAgent(agents), await makeAgent(agents)];
      const request = claimOf(id, { units: 2 });
      expect(await agents.claim(request)).toBe("claimed");
      const agent = await agents.find(id);
      expect(agent?.load).toBe(2);
      expect(agent?.claims).toEqual({ [request.conversationId]: { units: 2, claimedAt: at(1), token: "token-1" } });
      expect(agent?.lastAssignedAt).toBe(at(1));
      const holders = (await agents.withClaims()).map((holder) => holder.id);
      expect(holders).toContain(id);
      expect(holders).not.toContain(idle);
    });

    it("takes a claim up to the capacity and none beyond it", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents);
      expect(await agents.claim(claimOf(id, { units: 2 }))).toBe("claimed");
      expect(await agents.claim(claimOf(id, { units: 2 }))).toBe("refused");
      expect(await agents.claim(claimOf(id, { units: 1 }))).toBe("claimed");
      expect(await agents.claim(claimOf(id, { units: 1 }))).toBe("refused");
      expect((await agents.find(id))?.load).toBe(3);
    });

    it("never takes more than the capacity, of fifty claims at once", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents, { capacity: 7 });
      const claims = Array.from({ length: 50 }, (_, n) => claimOf(id, { units: 1 + (n % 2), token: `token-${n}` }));
      const answers = await Promise.all(claims.map((claim) => agents.claim(claim)));
      const taken = claims.filter((_, n) => answers[n] === "claimed");
      const agent = await agents.find(id);
      expect(taken.reduce((sum, { units }) => sum + units, 0)).toBe(agent?.load);
      expect(Object.keys(agent?.claims ?? {}).toSorted()).toEqual(
        taken.map((claim) => claim.conversationId).toSorted(),
      );
      // One that takes a single unit may be refused only when there is no room at all.
      expect(agent?.load).toBe(7);
    });

    it("counts a conversation once, of many claims for it at the same time, and ends with one of their tokens", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents);
      const conversationId = newConversationId();
      const tokens = Array.from({ length: 5 }, (_, n) => `token-${n}`);
      const answers = await Promise.all(tokens.map((token) => agents.claim(claimOf(id, { conversationId, token }))));
      expect(answers.filter((answer) => answer === "claimed")).toHaveLength(1);
      const agent = await agents.find(id);
      expect(agent?.load).toBe(1);
      expect(tokens).toContain(agent?.claims[conversationId]?.token);
    });

    it("gives a claim that is there already its new token and time, at no cost, whatever room there is", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents, { capacity: 1 });
      const conversationId = newConversationId();
      await agents.claim(claimOf(id, { conversationId }));
      expect(await agents.claim(claimOf(id, { conversationId, token: "token-2", claimedAt: at(5) }))).toBe("held");
      const agent = await agents.find(id);
      expect(agent?.load).toBe(1);
      expect(agent?.claims).toEqual({ [conversationId]: { units: 1, claimedAt: at(5), token: "token-2" } });
    });

    it("refuses a claim of somebody who is not there, or has none of the presences", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents);
      expect(await agents.claim(claimOf(newAgentId()))).toBe("refused");
      expect(await agents.claim(claimOf(id, { presences: ["available", "busy"] }))).toBe("claimed");
      await agents.setPresence(id, "away", at(0));
      expect(await agents.claim(claimOf(id, { presences: ["available", "busy"] }))).toBe("refused");
      expect(await agents.claim(claimOf(id))).toBe("claimed");
    });

    it("refuses even a claim that is there already when the agent has none of the presences", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents);
      const conversationId = newConversationId();
      await agents.claim(claimOf(id, { conversationId }));
      await agents.setPresence(id, "away", at(0));
      const again = claimOf(id, { conversationId, token: "token-2", presences: ["available"] });
      expect(await agents.claim(again)).toBe("refused");
    });

    it("gives back what a claim took, and returns the agent as it is then", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents);
      const [kept, given] = [claimOf(id), claimOf(id, { units: 2, token: "token-2" })];
      await agents.claim(kept);
      await agents.claim(given);
      const freed = await agents.release(id, given.conversationId, "token-2");
      expect(freed?.load).toBe(1);
      expect(Object.keys(freed?.claims ?? {})).toEqual([kept.conversationId]);
      expect(await agents.find(id)).toEqual(freed);
    });

    it("gives nothing back for a token that is not the claim's", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents);
      const { conversationId } = claimOf(id);
      await agents.claim(claimOf(id, { conversationId }));
      await agents.claim(claimOf(id, { conversationId, token: "token-2" }));
      expect(await agents.release(id, conversationId, "token-1")).toBeUndefined();
      expect(await agents.release(id, newConversationId(), "token-2")).toBeUndefined();
      expect(await agents.release(newAgentId(), conversationId, "token-2")).toBeUndefined();
      expect((await agents.find(id))?.load).toBe(1);
    });

    it("gives a claim back once, of many who try at the same time", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents);
      const claim = claimOf(id);
      await agents.claim(claim);
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => agents.release(id, claim.conversationId, claim.token)),
      );
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect((await agents.find(id))?.load).toBe(0);
    });

    it("keeps the load the sum of the claims while they come and go at the same time", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents, { capacity: 4 });
      await Promise.all(
        Array.from({ length: 12 }, async (_, n) => {
          const claim = claimOf(id, { units: 1 + (n % 3), token: `token-${n}` });
          const answer = await agents.claim(claim);
          if (answer === "claimed" && n % 2) await agents.release(id, claim.conversationId, claim.token);
        }),
      );
      const agent = await agents.find(id);
      const sum = Object.values(agent?.claims ?? {}).reduce((units, claim) => units + claim.units, 0);
      expect(agent?.load).toBe(sum);
    });
  });
};
