import { describe, expect, it } from "vitest";
import { profileVersionOf } from "../../shared/agent/agent.ts";
import type { Agents, ClaimRequest } from "../../shared/agent/agents.ts";
import type { AgentId } from "../../shared/kernel/ids.ts";
import type { Instant } from "../../shared/kernel/instant.ts";
import type { Presence } from "../../shared/settings/presence.ts";
import { presenceChoice } from "../fakes/sample-organisation.ts";
import { collectPages } from "./collect.ts";
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
  await agents.setPresence(id, presenceChoice("available", at(0)));
  return id;
};

/** The contract of the port `Agents`. */
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

    it("changes a profile, and keeps presence, load and claims", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents);
      await agents.claim(claimOf(id));
      const before = await agents.find(id);
      const changed = { name: "Ana Ruiz", capacity: 0, queueIds: [], skills: [] };
      expect(await agents.saveProfile(id, changed)).toEqual({ ...before, ...changed });
    });

    it("replaces a profile only while it has the expected version, whatever else has changed", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents);
      const version = profileVersionOf(PROFILE);
      await agents.claim(claimOf(id));
      await agents.setPresence(id, presenceChoice("busy", at(2)));
      const before = await agents.find(id);
      const changed = { name: "Ana Ruiz", capacity: 0, queueIds: [], skills: [] };
      expect(await agents.replaceProfile(id, changed, version)).toEqual({ ...before, ...changed });
      expect(await agents.replaceProfile(id, PROFILE, version)).toBe("stale");
      expect(await agents.find(id)).toEqual({ ...before, ...changed });
      expect(await agents.replaceProfile(newAgentId(), PROFILE, version)).toBe("stale");
    });

    it("accepts one of several concurrent replacements of the same version", async () => {
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

    it("sets the presence of an agent that exists", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents);
      expect((await agents.setPresence(id, presenceChoice("busy", at(1))))?.presence).toBe("busy");
      await agents.setInactive(id, at(0));
      expect((await agents.find(id))?.presence).toBe("busy");
      await agents.setInactive(id, at(1));
      expect((await agents.find(id))?.presence).toBe("inactive");
      expect((await agents.find(id))?.presence).toBe("inactive");
      expect(await agents.setPresence(newAgentId(), presenceChoice("available", at(0)))).toBeUndefined();
    });

    it("finds the members of a queue, and lists every agent once", async () => {
      const { agents } = await make();
      const queueId = newSettingId();
      const members = [await makeAgent(agents, { queueIds: ["other", queueId] })];
      members.push(await makeAgent(agents, { queueIds: [queueId] }));
      const other = await makeAgent(agents);
      expect(new Set((await agents.membersOf(queueId)).map(({ id }) => id))).toEqual(new Set(members));
      const listed = (await collectPages(2, (page) => agents.list(page))).map(({ id }) => id);
      for (const id of [...members, other]) expect(listed.filter((listedId) => listedId === id)).toHaveLength(1);
    });

    it("counts a claim, and lists the agents with claims", async () => {
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

    it("accepts claims up to the capacity, and refuses those beyond it", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents);
      expect(await agents.claim(claimOf(id, { units: 2 }))).toBe("claimed");
      expect(await agents.claim(claimOf(id, { units: 2 }))).toBe("refused");
      expect(await agents.claim(claimOf(id, { units: 1 }))).toBe("claimed");
      expect(await agents.claim(claimOf(id, { units: 1 }))).toBe("refused");
      expect((await agents.find(id))?.load).toBe(3);
    });

    it("exceeds the capacity where the request says so", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents, { capacity: 0 });
      expect(await agents.claim(claimOf(id))).toBe("refused");
      expect(await agents.claim(claimOf(id, { units: 2, mayExceedCapacity: true }))).toBe("claimed");
      expect((await agents.find(id))?.load).toBe(2);
    });

    it("never exceeds the capacity by fifty concurrent claims", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents, { capacity: 7 });
      const claims = Array.from({ length: 50 }, (_, n) => claimOf(id, { units: 1 + (n % 2), token: `token-${n}` }));
      const results = await Promise.all(claims.map((claim) => agents.claim(claim)));
      const accepted = claims.filter((_, n) => results[n] === "claimed");
      const agent = await agents.find(id);
      expect(accepted.reduce((sum, { units }) => sum + units, 0)).toBe(agent?.load);
      expect(Object.keys(agent?.claims ?? {}).toSorted()).toEqual(
        accepted.map((claim) => claim.conversationId).toSorted(),
      );
      // A claim of one unit may be refused only at full capacity.
      expect(agent?.load).toBe(7);
    });

    it("counts concurrent claims for a conversation once, and keeps one of their tokens", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents);
      const conversationId = newConversationId();
      const tokens = Array.from({ length: 5 }, (_, n) => `token-${n}`);
      const results = await Promise.all(tokens.map((token) => agents.claim(claimOf(id, { conversationId, token }))));
      expect(results.filter((result) => result === "claimed")).toHaveLength(1);
      const agent = await agents.find(id);
      expect(agent?.load).toBe(1);
      expect(tokens).toContain(agent?.claims[conversationId]?.token);
    });

    it("gives an existing claim the new token and time, even at full capacity", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents, { capacity: 1 });
      const conversationId = newConversationId();
      await agents.claim(claimOf(id, { conversationId }));
      expect(await agents.claim(claimOf(id, { conversationId, token: "token-2", claimedAt: at(5) }))).toBe("held");
      const agent = await agents.find(id);
      expect(agent?.load).toBe(1);
      expect(agent?.claims).toEqual({ [conversationId]: { units: 1, claimedAt: at(5), token: "token-2" } });
    });

    it("refuses a claim of an agent who does not exist, or who has none of the required presences", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents);
      expect(await agents.claim(claimOf(newAgentId()))).toBe("refused");
      expect(await agents.claim(claimOf(id, { presences: ["available", "busy"] }))).toBe("claimed");
      await agents.setPresence(id, presenceChoice("away", at(0)));
      expect(await agents.claim(claimOf(id, { presences: ["available", "busy"] }))).toBe("refused");
      expect(await agents.claim(claimOf(id))).toBe("claimed");
    });

    it("counts an agent as offline from the end of the lease, for claims that require a presence", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents);
      await agents.renewPresence(id, at(2));
      const claims = (claimedAt: Instant, presences: readonly Presence[]) =>
        agents.claim(claimOf(id, { claimedAt, presences }));
      expect(await claims(at(2), ["available"])).toBe("refused");
      expect(await claims(at(1), ["available"])).toBe("claimed");
      expect(await claims(at(2), ["offline"])).toBe("claimed");
      expect(await claims(at(1), ["offline"])).toBe("refused");
      const conversationId = newConversationId();
      expect(await agents.claim(claimOf(id, { conversationId, claimedAt: at(3) }))).toBe("claimed");
      const again = claimOf(id, { conversationId, claimedAt: at(3), token: "token-2", presences: ["available"] });
      expect(await agents.claim(again)).toBe("refused");
    });

    it("renews a presence without another change, and ignores an agent who does not exist", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents);
      await agents.setInactive(id, at(1));
      const before = await agents.find(id);
      await agents.renewPresence(id, at(7));
      expect(await agents.find(id)).toEqual({ ...before, believedUntil: at(7) });
      const unknown = newAgentId();
      await agents.renewPresence(unknown, at(7));
      expect(await agents.find(unknown)).toBeUndefined();
    });

    it("refuses to take over a claim when the agent has none of the required presences", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents);
      const conversationId = newConversationId();
      await agents.claim(claimOf(id, { conversationId }));
      await agents.setPresence(id, presenceChoice("away", at(0)));
      const second = claimOf(id, { conversationId, token: "token-2", presences: ["available"] });
      expect(await agents.claim(second)).toBe("refused");
    });

    it("releases a claim, and returns the changed agent", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents);
      const [kept, released] = [claimOf(id), claimOf(id, { units: 2, token: "token-2" })];
      await agents.claim(kept);
      await agents.claim(released);
      const changed = await agents.release(id, released.conversationId, "token-2");
      expect(changed?.load).toBe(1);
      expect(Object.keys(changed?.claims ?? {})).toEqual([kept.conversationId]);
      expect(await agents.find(id)).toEqual(changed);
    });

    it("does not release a claim under another token", async () => {
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

    it("releases a claim once for concurrent requests", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents);
      const claim = claimOf(id);
      await agents.claim(claim);
      const results = await Promise.all(
        Array.from({ length: 5 }, () => agents.release(id, claim.conversationId, claim.token)),
      );
      expect(results.filter(Boolean)).toHaveLength(1);
      expect((await agents.find(id))?.load).toBe(0);
    });

    it("keeps the load equal to the sum of the claims during concurrent claims and releases", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents, { capacity: 4 });
      await Promise.all(
        Array.from({ length: 12 }, async (_, n) => {
          const claim = claimOf(id, { units: 1 + (n % 3), token: `token-${n}` });
          const result = await agents.claim(claim);
          if (result === "claimed" && n % 2) await agents.release(id, claim.conversationId, claim.token);
        }),
      );
      const agent = await agents.find(id);
      const sum = Object.values(agent?.claims ?? {}).reduce((units, claim) => units + claim.units, 0);
      expect(agent?.load).toBe(sum);
    });

    it("retires an agent once, offline and with the claims that it has", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents);
      const claim = claimOf(id);
      await agents.claim(claim);
      const before = await agents.find(id);
      const retired = { ...before, presence: "offline", retiredAt: at(5) };
      expect(await agents.retire(id, at(5))).toEqual(retired);
      expect(await agents.retire(id, at(6))).toEqual(retired);
      expect(await agents.findWithRetired(id)).toEqual(retired);
      expect(await agents.retire(newAgentId(), at(5))).toBeUndefined();
      expect((await agents.withClaims()).map((holder) => holder.id)).toContain(id);
      expect((await agents.release(id, claim.conversationId, claim.token))?.load).toBe(0);
    });

    it("does not find a retired agent, and changes neither its presence nor its claims", async () => {
      const { agents } = await make();
      const queueId = newSettingId();
      const [id, other] = [await makeAgent(agents, { queueIds: [queueId] }), await makeAgent(agents)];
      const held = claimOf(id);
      await agents.claim(held);
      const retired = await agents.retire(id, at(5));
      expect(await agents.find(id)).toBeUndefined();
      expect(await agents.membersOf(queueId)).toEqual([]);
      const listed = (await collectPages(2, (page) => agents.list(page))).map((agent) => agent.id);
      expect(listed).toContain(other);
      expect(listed).not.toContain(id);
      expect(await agents.claim(claimOf(id))).toBe("refused");
      expect(await agents.claim({ ...held, token: "token-2" })).toBe("refused");
      expect(await agents.setPresence(id, presenceChoice("available", at(6)))).toBeUndefined();
      await agents.renewPresence(id, at(7));
      await agents.setInactive(id, at(7));
      expect(await agents.findWithRetired(id)).toEqual(retired);
    });

    it("brings a retired agent back with a profile, offline and with its claims", async () => {
      const { agents } = await make();
      const saved = await makeAgent(agents);
      await agents.claim(claimOf(saved));
      const { retiredAt: _, ...before } = { ...(await agents.retire(saved, at(5))) };
      const changed = { ...PROFILE, name: "Ana Ruiz" };
      expect(await agents.saveProfile(saved, changed)).toEqual({ ...before, ...changed });
      expect(await agents.find(saved)).toEqual({ ...before, ...changed });
      expect(before).toMatchObject({ presence: "offline", load: 1 });
    });

    it("brings a retired agent back by a replacement of the retired version only", async () => {
      const { agents } = await make();
      const id = await makeAgent(agents);
      const retired = await agents.retire(id, at(5));
      expect(await agents.replaceProfile(id, PROFILE, profileVersionOf(PROFILE))).toBe("stale");
      const version = profileVersionOf({ ...PROFILE, retiredAt: retired?.retiredAt });
      expect(await agents.replaceProfile(id, PROFILE, version)).not.toHaveProperty("retiredAt");
      expect(await agents.find(id)).toMatchObject(PROFILE);
    });
  });
};
