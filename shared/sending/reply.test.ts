import { beforeEach, describe, expect, it } from "vitest";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { type Details, OPENED_AT, sampleConversation } from "../../tests/fakes/sample-conversation.ts";
import { sampleChannel, sampleCompany } from "../../tests/fakes/sample-organisation.ts";
import type { ConversationState } from "../conversation/conversation.ts";
import { TransientError } from "../kernel/errors.ts";
import { agentIdSchema, conversationIdOf } from "../kernel/ids.ts";
import { addSeconds } from "../kernel/instant.ts";
import { addBlock } from "../routing/block-number.ts";
import { sweep } from "../upkeep/sweep.ts";
import { behindPrevious } from "./postpone.ts";
import { type ReplyRequest, reply } from "./reply.ts";

const { id, threadId } = sampleConversation("active");
const agentId = agentIdSchema.parse("agent-a");
const request: ReplyRequest = { conversationId: id, agentId, text: "good morning" };
const keyed = { ...request, idempotencyKey: "key-1" };

let fakes: Fakes;
const give = (state: ConversationState, some: Details = {}) =>
  fakes.conversations.seed(sampleConversation(state, some));

beforeEach(() => {
  fakes = makeFakes();
});

describe("reply", () => {
  it("stores and enqueues the reply", async () => {
    give("active");
    const replied = await reply(fakes, { ...request, text: "ñ".repeat(300) });
    const [message] = fakes.messages.replies();
    expect(replied).toEqual({ kind: "queued", message });
    expect(message).toMatchObject({
      threadId,
      conversationId: id,
      state: "queued",
      text: "ñ".repeat(300),
      segments: 2,
      agentId,
      createdAt: fakes.now(),
    });
    expect(fakes.jobs.outbounds).toEqual([{ threadId, messageId: message?.id }]);
  });

  it("ends the customer's wait", async () => {
    give("active", { waitingSince: OPENED_AT });
    await reply(fakes, { conversationId: id, agentId, text: "hello" });
    const after = fakes.conversations.all()[0];
    expect(after).toMatchObject({ state: "active", lastReplyAt: fakes.now() });
    expect(after).not.toHaveProperty("waitingSince");
  });

  it("names the reply before it in the same conversation", async () => {
    give("active");
    for (let n = 0; n < 3; n++) {
      await reply(fakes, request);
      fakes.clock.advance(1);
    }
    const [first, second, third] = fakes.messages.replies();
    expect(first).not.toHaveProperty("after");
    expect([second?.after, third?.after]).toEqual([first?.id, second?.id]);
  });

  it("names the reply of a concurrent request that was noted first", async () => {
    give("active");
    const read = await fakes.conversations.find(id);
    await reply(fakes, request);
    fakes.clock.advance(1);
    await reply(fakes, { ...request, ...(read && { read }) });
    const [first, second] = fakes.messages.replies();
    expect(second?.after).toBe(first?.id);
  });

  it("keeps its place when an earlier request is repeated", async () => {
    give("active");
    await reply(fakes, keyed);
    fakes.clock.advance(1);
    await reply(fakes, request);
    await reply(fakes, keyed);
    const [first, second] = fakes.messages.replies();
    expect([first?.after, second?.after]).toEqual([undefined, first?.id]);
  });

  it.each(["conversations.replace", "messages.create"])(
    "is stored by the repeated request when the first one failed at %s",
    async (failing) => {
      give("active", { waitingSince: OPENED_AT });
      fakes.hooks.before = (operation) => {
        if (operation === failing) throw new TransientError("the store is down");
      };
      await expect(reply(fakes, keyed)).rejects.toThrow(TransientError);
      fakes.hooks.before = undefined;
      expect(fakes.messages.replies()).toEqual([]);
      expect(await reply(fakes, keyed)).toMatchObject({ kind: "queued" });
      expect(fakes.messages.replies()).toHaveLength(1);
      expect(fakes.jobs.outbounds).toHaveLength(1);
    },
  );

  it("never waits for a later reply that it was to follow, because the request was repeated", async () => {
    give("active");
    fakes.hooks.before = (operation) => {
      if (operation === "messages.create") throw new TransientError("the store is down");
    };
    await expect(reply(fakes, keyed)).rejects.toThrow(TransientError);
    fakes.hooks.before = undefined;
    await reply(fakes, { ...request, text: "second" });
    await reply(fakes, keyed);
    const [second, first] = fakes.messages.replies();
    expect([second?.after, first?.after]).toEqual([first?.id, second?.id]);
    if (!first || !second) expect.fail();
    expect(await behindPrevious(fakes, second, fakes.now())).toBeUndefined();
    expect(await behindPrevious(fakes, first, fakes.now())).toBeDefined();
  });

  it("is refused when the conversation was given to another agent since it was read", async () => {
    give("active");
    const read = await fakes.conversations.find(id);
    give("active", { agentId: "agent-b" });
    expect(await reply(fakes, { ...request, ...(read && { read }) })).toEqual({ kind: "not-assigned-to-you" });
    expect(fakes.messages.replies()).toEqual([]);
  });

  it("is held, leaves the customer waiting, and is enqueued for the end of the hold", async () => {
    give("active", { waitingSince: OPENED_AT });
    const replied = await reply(fakes, { ...keyed, holdSeconds: 10 });
    const [message = expect.fail()] = fakes.messages.replies();
    expect(replied).toEqual({ kind: "queued", message });
    expect(message).toMatchObject({ state: "held", sendAt: addSeconds(fakes.now(), 10) });
    const [conversation] = fakes.conversations.all();
    expect(conversation).toMatchObject({ waitingSince: OPENED_AT, lastReply: { id: message.id } });
    fakes.clock.advance(4);
    expect(await reply(fakes, { ...keyed, holdSeconds: 10 })).toEqual(replied);
    expect(fakes.jobs.outbounds.map(({ afterSeconds }) => afterSeconds)).toEqual([10, 6]);
  });

  it("stores two replies with the same text", async () => {
    give("active");
    await reply(fakes, request);
    await reply(fakes, request);
    expect(fakes.messages.replies()).toHaveLength(2);
  });

  it("is stored while the broker is unavailable, and enqueued by the sweep", async () => {
    give("active");
    fakes.hooks.before = (operation) => {
      if (operation.startsWith("jobs.")) throw new TransientError("the broker is down");
    };
    expect(await reply(fakes, request)).toMatchObject({ kind: "queued" });
    fakes.hooks.before = undefined;
    fakes.clock.advance(61);
    await sweep(fakes);
    expect(fakes.jobs.outbounds).toHaveLength(1);
  });

  it("throws any other error of the broker", async () => {
    give("active");
    fakes.hooks.before = (operation) => {
      if (operation === "jobs.outbound") throw new RangeError("a defect");
    };
    await expect(reply(fakes, request)).rejects.toThrow(RangeError);
  });
});

describe("a repeated request with an idempotency key", () => {
  it("has the same outcome and is enqueued again, but stored once", async () => {
    give("active");
    const first = await reply(fakes, keyed);
    fakes.clock.advance(60);
    expect(await reply(fakes, keyed)).toEqual(first);
    expect(fakes.messages.replies()).toHaveLength(1);
    expect(new Set(fakes.jobs.outbounds.map(({ messageId }) => messageId)).size).toBe(1);
  });

  it("is stored once when the requests are concurrent", async () => {
    give("active");
    const answers = await Promise.all([reply(fakes, keyed), reply(fakes, keyed), reply(fakes, keyed)]);
    const [message, ...others] = fakes.messages.replies();
    expect(others).toEqual([]);
    for (const answer of answers) expect(answer).toEqual({ kind: "queued", message });
  });

  it("has the same outcome after the conversation has closed", async () => {
    give("active");
    const first = await reply(fakes, keyed);
    give("closed");
    expect(await reply(fakes, keyed)).toEqual(first);
  });

  it("is refused with another text", async () => {
    give("active");
    await reply(fakes, keyed);
    expect(await reply(fakes, { ...keyed, text: "another text" })).toEqual({ kind: "key-reused" });
    expect(fakes.messages.replies()).toHaveLength(1);
  });
});

describe("a reply that is refused", () => {
  const expectRefused = async (refusal: object) => {
    expect(await reply(fakes, request)).toEqual(refusal);
    expect(await reply(fakes, keyed)).toEqual(refusal);
    expect(fakes.messages.all()).toEqual([]);
    expect(fakes.jobs.outbounds).toEqual([]);
  };

  it("stores nothing when there is no such conversation", async () => {
    await expectRefused({ kind: "not-found" });
  });

  it.each(["queued", "offered", "waiting", "wrap-up", "closed"] as const)(
    "stores nothing when the conversation is %s",
    async (state) => {
      give(state);
      await expectRefused({ kind: "conflict", state });
    },
  );

  it.each(["active", "waiting", "wrap-up"] as const)(
    "stores nothing when the conversation is %s and belongs to another agent",
    async (state) => {
      give(state, { agentId: "agent-b" });
      await expectRefused({ kind: "not-assigned-to-you" });
    },
  );

  it("stores nothing when the customer's number is blocked", async () => {
    const { customer } = sampleConversation("active");
    await addBlock(fakes, { customer, agentId, reason: "spam" });
    const [thread] = (await fakes.threads.blocked({ limit: 1 })).items;
    const conversationId = conversationIdOf(thread?.id ?? expect.fail("no thread"), 1);
    give("active", { id: conversationId, threadId: thread?.id });
    expect(await reply(fakes, { ...request, conversationId })).toEqual({ kind: "recipient-blocked" });
    expect(fakes.messages.replies()).toEqual([]);
  });

  it("stores nothing when the customer has opted out", async () => {
    give("active", { optedOut: true });
    await expectRefused({ kind: "recipient-opted-out" });
  });

  it.each(["12345", "CONTOSO", "Booking.com"])(
    "stores nothing when the customer is %s, who cannot be texted",
    async (customer) => {
      give("active", { customer });
      await expectRefused({ kind: "recipient-cannot-be-texted" });
    },
  );

  it.each([
    ["sms-disabled", { organisation: sampleCompany({ smsEnabled: false }) }],
    ["channel-disabled", { channels: [sampleChannel({ enabled: false })] }],
    ["channel-disabled", { channels: [] as ReturnType<typeof sampleChannel>[] }],
  ])("stores nothing when sending is disabled: %s", async (kind, some) => {
    fakes = makeFakes(some);
    give("active");
    await expectRefused({ kind });
  });
});
