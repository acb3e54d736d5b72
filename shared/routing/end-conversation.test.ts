import { describe, expect, it } from "vitest";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleConversation } from "../../tests/fakes/sample-conversation.ts";
import { sampleAgent, sampleQueue } from "../../tests/fakes/sample-organisation.ts";
import type { Actor } from "../conversation/actor.ts";
import type { ConversationState } from "../conversation/conversation.ts";
import { agentIdSchema } from "../kernel/ids.ts";
import { endConversation } from "./end-conversation.ts";

const { id } = sampleConversation("active");
const agentId = agentIdSchema.parse("agent-a");
const owner = { agentId, supervisor: false };
const supervisor = { agentId: agentIdSchema.parse("agent-s"), supervisor: true };

const end = async (fakes: Fakes, actor: Actor) => {
  const read = (await fakes.conversations.find(id)) ?? expect.fail("no conversation");
  return endConversation(fakes, read, actor);
};

const given = async (state: ConversationState, wrapUpSeconds: number, load = 0): Promise<Fakes> => {
  const fakes = makeFakes({
    agents: [sampleAgent("agent-a", { capacity: 1, load })],
    queues: [sampleQueue({ wrapUpSeconds })],
  });
  const conversation = sampleConversation(state);
  fakes.conversations.seed(conversation);
  const token = conversation.claimToken;
  if (token) await fakes.agents.claim({ agentId, conversationId: id, units: 1, claimedAt: fakes.now(), token });
  return fakes;
};

const ended = async (fakes: Fakes) => {
  const { value } = (await fakes.conversations.find(id)) ?? expect.fail("no conversation");
  return value.state === "closed" ? `${value.state}: ${value.closeReason}` : value.state;
};

describe("endConversation", () => {
  it.each([
    ["active", 60, "wrap-up", 1],
    ["waiting", 60, "wrap-up", 1],
    ["active", 0, "closed: ended", 0],
    ["waiting", 0, "closed: ended", 0],
  ] as const)(
    "moves a conversation that is %s, with a wrap-up of %i seconds, to %s",
    async (state, seconds, expected, load) => {
      const fakes = await given(state, seconds);
      expect((await end(fakes, owner)).kind).toBe("moved");
      expect(await ended(fakes)).toBe(expected);
      expect(fakes.agents.all()).toMatchObject([{ load }]);
    },
  );

  it("closes a parked conversation without wrap-up when its agent has no capacity for one", async () => {
    const fakes = await given("waiting", 60, 1);
    expect((await end(fakes, owner)).kind).toBe("moved");
    expect(await ended(fakes)).toBe("closed: ended");
  });

  it.each(["queued", "offered", "active", "waiting", "wrap-up"] as const)(
    "lets a supervisor close a conversation that is %s at once",
    async (state) => {
      const fakes = await given(state, 60);
      await end(fakes, supervisor);
      expect(await ended(fakes)).toBe("closed: supervisor");
      expect(fakes.agents.all()).toMatchObject([{ load: 0 }]);
    },
  );

  it("refuses another agent's conversation, and a closed one", async () => {
    const other = { agentId: agentIdSchema.parse("agent-b"), supervisor: false };
    expect(await end(await given("active", 60), other)).toEqual({ kind: "not-assigned-to-you" });
    expect(await end(await given("closed", 60), supervisor)).toEqual({ kind: "conflict", state: "closed" });
  });
});
