import { beforeEach, describe, expect, it } from "vitest";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleConversation } from "../../tests/fakes/sample-conversation.ts";
import { sampleAgent } from "../../tests/fakes/sample-organisation.ts";
import { agentIdSchema } from "../kernel/ids.ts";
import type { Actor } from "./actor.ts";
import type { ConversationState } from "./conversation.ts";
import { canSeeQueue, findInOwnQueue, findOwn, findOwnOrSupervised, findVisible } from "./conversation-access.ts";

const actorOf = (id: string, supervisor = false): Actor => ({ agentId: agentIdSchema.parse(id), supervisor });

/** agent-a has the conversation, in the states in which an agent has one. */
const OWNER = actorOf("agent-a");
const LAST_AGENT = actorOf("agent-l");
const MEMBER = actorOf("agent-m");
const STRANGER = actorOf("agent-x");
const UNREGISTERED = actorOf("nobody");
const SUPERVISOR = actorOf("boss", true);

const NOT_ASSIGNED = { kind: "not-assigned-to-you" };
const { id } = sampleConversation("active");

let fakes: Fakes;
const give = (state: ConversationState, lastAgentId = "agent-l") =>
  fakes.conversations.seed(sampleConversation(state, { lastAgentId }));

beforeEach(() => {
  const elsewhere = { queueIds: ["billing"] };
  fakes = makeFakes({
    agents: [
      sampleAgent("agent-a", elsewhere),
      sampleAgent("agent-l", elsewhere),
      sampleAgent("agent-m", { queueIds: ["support"] }),
      sampleAgent("agent-x", elsewhere),
    ],
  });
});

describe("access to a conversation", () => {
  it.each([findVisible, findOwn, findOwnOrSupervised, findInOwnQueue])(
    "finds no conversation that does not exist (%s)",
    async (find) => {
      for (const actor of [OWNER, SUPERVISOR]) expect(await find(fakes, actor, id)).toEqual({ kind: "not-found" });
    },
  );

  it("to see it is granted to its owner, its last agent, the members of its queue and supervisors", async () => {
    give("active");
    const read = await fakes.conversations.find(id);
    for (const actor of [OWNER, LAST_AGENT, SUPERVISOR]) {
      expect(await findVisible(fakes, actor, id)).toEqual({ kind: "granted", read });
    }
    expect(await findVisible(fakes, MEMBER, id)).toEqual({ kind: "granted", read, memberOf: "support" });
    for (const actor of [STRANGER, UNREGISTERED]) expect(await findVisible(fakes, actor, id)).toEqual(NOT_ASSIGNED);
  });

  it.each(["offered", "active", "waiting", "wrap-up"] as const)(
    "as its owner is refused to all others while it is %s",
    async (state) => {
      give(state);
      expect(await findOwn(fakes, OWNER, id)).toMatchObject({ kind: "granted" });
      for (const actor of [LAST_AGENT, MEMBER, STRANGER, SUPERVISOR]) {
        expect(await findOwn(fakes, actor, id)).toEqual(NOT_ASSIGNED);
      }
    },
  );

  it.each(["queued", "closed"] as const)(
    "as its owner is granted to those who may see it while it is %s and no agent has it",
    async (state) => {
      give(state);
      for (const actor of [LAST_AGENT, MEMBER, SUPERVISOR]) {
        expect(await findOwn(fakes, actor, id)).toMatchObject({ kind: "granted" });
      }
      for (const actor of [STRANGER, UNREGISTERED]) expect(await findOwn(fakes, actor, id)).toEqual(NOT_ASSIGNED);
    },
  );

  it("as its owner or a supervisor is granted to those two only", async () => {
    give("active");
    for (const actor of [OWNER, SUPERVISOR]) {
      expect(await findOwnOrSupervised(fakes, actor, id)).toMatchObject({ kind: "granted" });
    }
    for (const actor of [LAST_AGENT, MEMBER, STRANGER]) {
      expect(await findOwnOrSupervised(fakes, actor, id)).toEqual(NOT_ASSIGNED);
    }
  });

  it("as a member of its queue is granted to members only, supervisors included", async () => {
    give("queued");
    expect(await findInOwnQueue(fakes, MEMBER, id)).toMatchObject({ kind: "granted", memberOf: "support" });
    for (const actor of [LAST_AGENT, STRANGER, UNREGISTERED, SUPERVISOR]) {
      expect(await findInOwnQueue(fakes, actor, id)).toEqual({ kind: "not-a-queue-member" });
    }
  });

  it("reads the conversation once, and an agent only where membership decides", async () => {
    give("active");
    const operations: string[] = [];
    fakes.hooks.before = (operation) => {
      operations.push(operation);
    };
    await findVisible(fakes, OWNER, id);
    await findOwn(fakes, MEMBER, id);
    expect(operations).toEqual(["conversations.find", "conversations.find"]);
    await findVisible(fakes, MEMBER, id);
    expect(operations.slice(2)).toEqual(["conversations.find", "agents.find"]);
  });
});

describe("access to a queue", () => {
  it("is granted to its members and to supervisors", async () => {
    for (const actor of [MEMBER, SUPERVISOR]) expect(await canSeeQueue(fakes, actor, "support")).toBe(true);
    for (const actor of [STRANGER, UNREGISTERED]) expect(await canSeeQueue(fakes, actor, "support")).toBe(false);
  });
});
