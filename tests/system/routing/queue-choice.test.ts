import { describe, expect, it } from "vitest";
import { conversationIdFor } from "../support/organisation.ts";
import { bringTo, ROBIN, startTeam, viewConversation } from "../support/team.ts";
import type { TestSystem } from "../support/test-system.ts";

const KIM = "+14255550124";
const HOUR_MS = 3_600_000;

const SUPPORT_AND_BILLING = {
  agents: [{ id: "ana" }, { id: "cleo", queueIds: ["billing"] }],
  queues: [{ id: "billing" }],
};

describe("the queue of a conversation", () => {
  it("is that of the first rule that matches a word of the text", async () => {
    const rules = [
      { name: "bills", when: { textContains: ["invoice"] }, queueId: "billing", priority: 10 },
      { name: "all", when: {}, queueId: "support" },
    ];
    const team = await startTeam({ ...SUPPORT_AND_BILLING, rules });
    await team.text(ROBIN, "My INVOICE is wrong.");
    expect(await viewConversation(team, conversationIdFor(ROBIN))).toMatchObject({
      queueId: "billing",
      priority: 10,
      routedBy: "rule: bills",
      offer: { agentId: "cleo" },
    });
    await team.text(KIM, "My tent leaks.");
    expect(await viewConversation(team, conversationIdFor(KIM))).toMatchObject({
      queueId: "support",
      routedBy: "rule: all",
    });
  });

  it("is that of a rule for the contact's tags", async () => {
    const team = await startTeam({
      ...SUPPORT_AND_BILLING,
      rules: [{ name: "important", when: { contactTags: ["vip"] }, queueId: "billing" }],
      contacts: [{ mobilePhone: ROBIN, tags: ["vip"] }],
    });
    await team.text(ROBIN, "My tent leaks.");
    await team.text(KIM, "My tent leaks.");
    expect((await viewConversation(team, conversationIdFor(ROBIN))).queueId).toBe("billing");
    expect(await viewConversation(team, conversationIdFor(KIM))).toMatchObject({
      queueId: "support",
      routedBy: "channel",
    });
  });

  it("is that of a rule for the time outside the operating hours", async () => {
    const team = await startTeam({
      queues: [{ id: "night" }],
      hours: [
        { id: "office", timeZone: "UTC", week: [{ day: "monday", from: "09:00", until: "17:00" }], holidays: [] },
      ],
      rules: [{ name: "closed", when: { hours: { id: "office", open: false } }, queueId: "night" }],
    });
    advanceToMonday(team, 10);
    await team.text(ROBIN, "My tent leaks.");
    team.twin.clock.advance(12 * HOUR_MS);
    await team.text(KIM, "My tent leaks.");
    await team.sofia.signIn(); // a token is valid for an hour
    expect((await viewConversation(team, conversationIdFor(ROBIN))).queueId).toBe("support");
    expect((await viewConversation(team, conversationIdFor(KIM))).queueId).toBe("night");
  });

  it("is the fallback queue when neither a rule nor the channel names one", async () => {
    const team = await startTeam({ channels: [{ id: "main", queueId: undefined }] });
    expect(await viewConversation(team, await bringTo("offered", team))).toMatchObject({
      queueId: "support",
      routedBy: "organisation",
    });
  });

  it("changes when the conversation has waited too long and the queue overflows to another one", async () => {
    const team = await startTeam({
      agents: [{ id: "cleo", queueIds: ["billing"] }],
      queues: [{ id: "support", overflow: { afterSeconds: 60, toQueueId: "billing" } }, { id: "billing" }],
    });
    await team.text(ROBIN, "My tent leaks.");
    expect((await viewConversation(team, conversationIdFor(ROBIN))).state).toBe("queued");
    team.twin.clock.advance(60_000);
    await team.twin.settled();
    expect(await viewConversation(team, conversationIdFor(ROBIN))).toMatchObject({
      state: "offered",
      queueId: "billing",
      routedBy: "overflow",
      offer: { agentId: "cleo" },
    });
  });

  it("closes the conversation when it has waited too long and the overflow names no queue", async () => {
    const team = await startTeam({ agents: [], queues: [{ id: "support", overflow: { afterSeconds: 60 } }] });
    await team.text(ROBIN, "My tent leaks.");
    team.twin.clock.advance(60_000);
    await team.twin.settled();
    expect(await viewConversation(team, conversationIdFor(ROBIN))).toMatchObject({
      state: "closed",
      closeReason: "overflow",
    });
  });

  it("does not overflow while the conversation is offered", async () => {
    const team = await startTeam({ queues: [{ id: "support", overflow: { afterSeconds: 60 } }] });
    const id = await bringTo("offered", team);
    team.twin.clock.advance(90_000);
    await team.twin.settled();
    expect((await viewConversation(team, id)).state).toBe("offered");
  });
});

const MONDAY = 1;
const advanceToMonday = ({ twin }: TestSystem, hour: number): void => {
  const now = new Date(twin.clock.now());
  const day = now.getUTCDate() + ((MONDAY + 7 - now.getUTCDay()) % 7 || 7);
  twin.clock.advance(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), day, hour) - now.getTime());
};
