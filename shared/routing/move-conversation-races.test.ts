import { describe, expect, it } from "vitest";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { claimsOfAgents, claimsOfConversations, wrongLoads } from "../../tests/fakes/held.ts";
import { inAnyOrder } from "../../tests/fakes/interleave.ts";
import { sampleConversation } from "../../tests/fakes/sample-conversation.ts";
import { sampleAgent } from "../../tests/fakes/sample-organisation.ts";
import { type ConversationState, holderOf } from "../conversation/conversation.ts";
import type { MoveEvent } from "../conversation/transition/transition.ts";
import { agentIdSchema, messageIdSchema } from "../kernel/ids.ts";
import { addSeconds, instantSchema } from "../kernel/instant.ts";
import { sweep } from "../upkeep/sweep.ts";
import { moveConversation } from "./move-conversation.ts";

const NOW = instantSchema.parse("2026-03-02T10:30:00.000Z");
const [a, b] = [agentIdSchema.parse("agent-a"), agentIdSchema.parse("agent-b")];
const { id } = sampleConversation("queued");

const given = (state: ConversationState) => async (): Promise<Fakes> => {
  const fakes = makeFakes({ agents: [sampleAgent("agent-a", { capacity: 1 }), sampleAgent("agent-b")] });
  const conversation = sampleConversation(state);
  fakes.conversations.seed(conversation);
  const [agentId, token] = [holderOf(conversation), conversation.claimToken];
  if (agentId && token) await fakes.agents.claim({ agentId, conversationId: id, units: 1, claimedAt: NOW, token });
  return fakes;
};

const move = (event: MoveEvent) => (fakes: Fakes) => moveConversation(fakes, id, event);

const offer = (agentId: typeof a): MoveEvent => ({
  kind: "offer",
  epoch: 1,
  agentId,
  presences: ["available"],
  expiresAt: addSeconds(NOW, 120),
  decision: { decidedAt: NOW, agentId, chosenBy: "round-robin", eligible: [agentId], excluded: [] },
});
const pick = (agentId: typeof a): MoveEvent => ({ kind: "pick", queueId: "support", agentId });
const accept: MoveEvent = { kind: "accept", agentId: a };
const decline: MoveEvent = { kind: "decline", agentId: a };
const park: MoveEvent = { kind: "park", agentId: a };
const resume: MoveEvent = { kind: "resume", agentId: a };
const close: MoveEvent = { kind: "close" };
const writes: MoveEvent = {
  kind: "customer-writes",
  messageId: messageIdSchema.parse("acs:new"),
  at: NOW,
  text: "and",
  preferLastAgentSeconds: 300,
};
const toA: MoveEvent = {
  kind: "transfer-to-agent",
  actor: { agentId: b, supervisor: true },
  agentId: a,
  expiresAt: addSeconds(NOW, 120),
};

/** The claims without tokens: until a sweep, a claim may have the token of a move that was not written. */
const withoutTokens = (claims: readonly string[]): string[] => claims.map((claim) => claim.replace(/,.*/, ""));

describe("concurrent moves", () => {
  it.each<[ConversationState, readonly MoveEvent[]]>([
    ["queued", [pick(a), pick(b)]],
    ["queued", [pick(a), pick(a), pick(a)]],
    ["queued", [offer(a), pick(a), offer(b)]],
    ["queued", [offer(a), pick(a), close]],
    ["queued", [offer(a), toA, writes]],
    ["offered", [accept, decline, close]],
    ["offered", [accept, pick(b), park]],
    ["active", [park, resume, resume]],
    ["active", [park, writes, resume, pick(a)]],
    ["active", [toA, park, resume]],
    ["waiting", [resume, resume, writes, pick(a)]],
    ["wrap-up", [writes, { kind: "finish", agentId: a }, close]],
  ])("leave each agent the claims of what it holds, and after a sweep no others: %s, %j", async (state, events) => {
    await inAnyOrder(given(state), events.map(move), async (fakes) => {
      expect(wrongLoads(fakes)).toEqual([]);
      expect(withoutTokens(claimsOfAgents(fakes))).toEqual(
        expect.arrayContaining(withoutTokens(claimsOfConversations(fakes))),
      );
      fakes.clock.advance(61);
      await sweep(fakes);
      expect(wrongLoads(fakes)).toEqual([]);
      expect(claimsOfAgents(fakes)).toEqual(claimsOfConversations(fakes));
    });
  });
});
