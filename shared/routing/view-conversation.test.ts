import { describe, expect, it } from "vitest";
import { makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleConversation } from "../../tests/fakes/sample-conversation.ts";
import { sampleAgent, sampleContact } from "../../tests/fakes/sample-organisation.ts";
import { viewConversation } from "./view-conversation.ts";

const BUSY = sampleAgent("agent-b", { presence: "busy" });

describe("viewConversation", () => {
  it("names the agents who could take a waiting conversation, and why the others could not", async () => {
    const fakes = makeFakes({ agents: [sampleAgent("agent-a"), BUSY] });
    expect((await viewConversation(fakes, sampleConversation("queued"))).wait).toEqual({
      eligible: ["agent-a"],
      excluded: [{ agentId: "agent-b", reason: "presence" }],
    });
  });

  it("says why no member of the queue could take a waiting conversation", async () => {
    const fakes = makeFakes({ agents: [BUSY] });
    expect((await viewConversation(fakes, sampleConversation("queued"))).wait).toEqual({
      eligible: [],
      excluded: [{ agentId: "agent-b", reason: "presence" }],
    });
  });

  it("names no agent for a queue without members", async () => {
    const fakes = makeFakes({ agents: [] });
    const { wait } = await viewConversation(fakes, sampleConversation("queued"));
    expect(wait).toEqual({ eligible: [], excluded: [], obstacle: "no-members" });
  });

  it.each([
    ["missing-skills", [sampleAgent("one"), sampleAgent("two", { presence: "away" })]],
    ["all-declined", [sampleAgent("one", { skills: ["es"] }), sampleAgent("two")]],
    [undefined, [sampleAgent("one", { skills: ["es"] }), sampleAgent("two", { skills: ["es"], presence: "away" })]],
    [undefined, [sampleAgent("two", { skills: ["es"], load: 3 })]],
  ])("says %s when that is what no presence and no free capacity would change", async (obstacle, agents) => {
    const fakes = makeFakes({ agents });
    const declines = [{ agentId: "one", declinedAt: fakes.now(), kind: "released" }];
    const { wait } = await viewConversation(fakes, sampleConversation("queued", { skills: ["es"], declines }));
    expect(wait?.obstacle).toBe(obstacle);
  });

  it("has no wait for a conversation that is not in a queue", async () => {
    expect((await viewConversation(makeFakes(), sampleConversation("active"))).wait).toBeUndefined();
  });

  it("shows a retired contact, to which the conversation keeps its link", async () => {
    const ana = sampleContact("ana", { retiredAt: "2026-01-02T00:00:00.000Z" });
    const conversation = sampleConversation("active", { contact: { kind: "linked", contactId: "ana" } });
    expect((await viewConversation(makeFakes({ contacts: [ana] }), conversation)).contacts).toEqual([ana]);
  });

  it("shows the candidates that still exist", async () => {
    const fakes = makeFakes({ contacts: [sampleContact("ana")] });
    const contact = { kind: "candidates" as const, contactIds: ["ana", "deleted"] };
    const { contacts } = await viewConversation(fakes, sampleConversation("active", { contact }));
    expect(contacts.map(({ id }) => id)).toEqual(["ana"]);
  });
});
