import { beforeEach, describe, expect, it } from "vitest";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleConversation } from "../../tests/fakes/sample-conversation.ts";
import { sampleAgent } from "../../tests/fakes/sample-organisation.ts";
import { agentIdSchema } from "../kernel/ids.ts";
import type { Actor } from "./actor.ts";
import type { ConversationState } from "./conversation.ts";
import { canSeeQueue, findInOwnQueue, findOwn, findOwnOrSupervised, findVisible } from "./conversation-access.ts";

const actorOf = (id: string, supervisor = false): Actor => ({ agentId: agentIdSchema.parse(id), supervisor });

/** agent-a owns the conversation in the states that have an owner. */
const OWNER = actorOf("agent-a");
const LAST_AGENT = actorOf("agent-l");
const MEMBER = actorOf("agent-m");
const OUTSIDER = actorOf("agent-x");
const RETIRED = actorOf("agent-r");
const UNREGISTERED = actorOf("unregistered");
const SUPERVISOR = actorOf("boss", true);

const NOT_ASSIGNED = { kind: "not-assigned-to-you" };
const { id } = sampleConversation("active");

let fakes: Fakes;
const seed = (state: ConversationState, lastAgentId = "agent-l") =>
  fakes.conversations.seed(sampleConversation(state, { lastAgentId }));

beforeEach(() => {
  const elsewhere = { queueIds: ["billing"] };
  fakes = makeFakes({
    agents: [
      sampleAgent("agent-a", elsewhere),
      sampleAgent("agent-l", elsewhere),
      sampleAgent("agent-m", { queueIds: ["support"] }),
      sampleAgent("agent-r", { retiredAt: "2026-03-02T09:00:00.000Z" }),
      sampleAgent("agent-x", elsewhere),
    ],
  });
});

describe("access to a conversation", () => {
  it.each([findVisible, findOwn, findOwnOrSupervised, findInOwnQueue])(
    "is not-found for a conversation that does not exist (%s)",
    async (find) => {
      for (const actor of [OWNER, SUPERVISOR]) expect(await find(fakes, actor, id)).toEqual({ kind: "not-found" });
    },
  );

  it("by findVisible is granted to its owner, its last agent, the members of its queue and supervisors", async () => {
    seed("active");
    const read = await fakes.conversations.find(id);
    for (const actor of [OWNER, LAST_AGENT, SUPERVISOR]) {
      expect(await findVisible(fakes, actor, id)).toEqual({ kind: "granted", read });
    }
    expect(await findVisible(fakes, MEMBER, id)).toEqual({ kind: "granted", read, memberOf: "support" });
    for (const actor of [OUTSIDER, UNREGISTERED]) expect(await findVisible(fakes, actor, id)).toEqual(NOT_ASSIGNED);
  });

  it.each(["offered", "active", "waiting", "wrap-up"] as const)(
    "by findOwn is refused to all but its owner while it is %s",
    async (state) => {
      seed(state);
      expect(await findOwn(fakes, OWNER, id)).toMatchObject({ kind: "granted" });
      for (const actor of [LAST_AGENT, MEMBER, OUTSIDER, SUPERVISOR]) {
        expect(await findOwn(fakes, actor, id)).toEqual(NOT_ASSIGNED);
      }
    },
  );

  it.each(["queued", "closed"] as const)(
    "by findOwn is granted to all who may see it while it is %s and has no owner",
    async (state) => {
      seed(state);
      for (const actor of [LAST_AGENT, MEMBER, SUPERVISOR]) {
        expect(await findOwn(fakes, actor, id)).toMatchObject({ kind: "granted" });
      }
      for (const actor of [OUTSIDER, UNREGISTERED]) expect(await findOwn(fakes, actor, id)).toEqual(NOT_ASSIGNED);
    },
  );

  it("by findOwnOrSupervised is granted to its owner and supervisors only", async () => {
    seed("active");
    for (const actor of [OWNER, SUPERVISOR]) {
      expect(await findOwnOrSupervised(fakes, actor, id)).toMatchObject({ kind: "granted" });
    }
    for (const actor of [LAST_AGENT, MEMBER, OUTSIDER]) {
      expect(await findOwnOrSupervised(fakes, actor, id)).toEqual(NOT_ASSIGNED);
    }
  });

  it.each([findVisible, findOwn, findOwnOrSupervised])(
    "is refused to a retired agent, also to one who worked on it last (%s)",
    async (find) => {
      for (const state of ["queued", "closed"] as const) {
        seed(state, "agent-r");
        expect(await find(fakes, RETIRED, id)).toEqual(NOT_ASSIGNED);
      }
    },
  );

  it("by findInOwnQueue is granted to the members of its queue only, not to other supervisors", async () => {
    seed("queued");
    expect(await findInOwnQueue(fakes, MEMBER, id)).toMatchObject({ kind: "granted", memberOf: "support" });
    for (const actor of [LAST_AGENT, OUTSIDER, RETIRED, UNREGISTERED, SUPERVISOR]) {
      expect(await findInOwnQueue(fakes, actor, id)).toEqual({ kind: "not-a-queue-member" });
    }
  });

  it("reads the conversation once, and no agent who owns it", async () => {
    seed("active");
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
    for (const actor of [OUTSIDER, RETIRED, UNREGISTERED])
      expect(await canSeeQueue(fakes, actor, "support")).toBe(false);
  });
});
