import { describe, expect, it } from "vitest";
import {
  type InboundMessage,
  inboundMessageSchema,
  type Note,
  noteSchema,
  type OutboundMessage,
  outboundMessageSchema,
} from "../../shared/conversation/message.ts";
import type { Messages } from "../../shared/conversation/messages.ts";
import { conversationIdOf, threadOf } from "../../shared/kernel/ids.ts";
import { instantSchema } from "../../shared/kernel/instant.ts";
import type { Details } from "../fakes/sample-conversation.ts";
import { collectPages } from "./collect.ts";
import { at, newConversationId, newMessageId } from "./sample-ids.ts";

const newReply = (conversationId = newConversationId(), some: Details = {}): OutboundMessage =>
  outboundMessageSchema.parse({
    id: newMessageId(),
    threadId: threadOf(conversationId),
    conversationId,
    direction: "outbound",
    state: "queued",
    text: "hello",
    segments: 1,
    createdAt: at(0),
    stateChangedAt: at(0),
    agentId: "agent-a",
    ...some,
  });

const newText = (conversationId = newConversationId(), some: Details = {}): InboundMessage =>
  inboundMessageSchema.parse({
    id: newMessageId(),
    threadId: threadOf(conversationId),
    conversationId,
    direction: "inbound",
    state: "received",
    text: "hello",
    segments: 1,
    createdAt: at(0),
    exceedsLimit: false,
    ...some,
  });

const newNote = (conversationId = newConversationId(), some: Details = {}): Note =>
  noteSchema.parse({
    id: newMessageId(),
    threadId: threadOf(conversationId),
    conversationId,
    direction: "internal",
    text: "hello",
    createdAt: at(0),
    agentId: "agent-a",
    ...some,
  });

/** The contract of the port `Messages`. */
export const messagesContract = (make: () => Promise<{ readonly messages: Messages }>): void => {
  describe("as a store of messages", () => {
    it("finds created messages, and returns undefined for an unknown id", async () => {
      const { messages } = await make();
      const [text, reply, note] = [newText(), newReply(), newNote()];
      for (const message of [text, reply, note]) {
        expect(await messages.create(message)).toBe("created");
        expect(await messages.find(message.threadId, message.id)).toEqual(message);
      }
      expect(await messages.find(text.threadId, reply.id)).toBeUndefined();
    });

    it("creates a message once for concurrent requests", async () => {
      const { messages } = await make();
      const text = newText();
      const results = await Promise.all(
        Array.from({ length: 10 }, (_, n) => messages.create({ ...text, text: `copy ${n}` })),
      );
      expect(results.filter((result) => result === "created")).toHaveLength(1);
      expect((await messages.find(text.threadId, text.id))?.text).toBe(`copy ${results.indexOf("created")}`);
    });

    it("keeps a text of any length and alphabet unchanged", async () => {
      const { messages } = await make();
      const text = newText(undefined, { text: `${"a".repeat(5000)} 日本 😀 "quoted" \\ \n\t`, exceedsLimit: true });
      await messages.create(text);
      expect(await messages.find(text.threadId, text.id)).toEqual(text);
    });

    it("moves a text to another conversation of its thread", async () => {
      const { messages } = await make();
      const text = newText();
      const next = conversationIdOf(text.threadId, 2);
      await messages.create(text);
      await messages.moveTo(next, text.id);
      expect(await messages.find(text.threadId, text.id)).toEqual({ ...text, conversationId: next });
    });

    it("detaches a text from its conversation, and keeps one that has none as it is", async () => {
      const { messages } = await make();
      const text = newText();
      await messages.create(text);
      const { conversationId: _, ...detached } = { ...text, retentionSeconds: 86_400 };
      await messages.detach(text.threadId, text.id, 86_400);
      expect(await messages.find(text.threadId, text.id)).toEqual(detached);
      await messages.detach(text.threadId, text.id, 60);
      expect(await messages.find(text.threadId, text.id)).toEqual(detached);
      await messages.detach(text.threadId, newMessageId(), 60);
    });

    it("advances a reply, and records the provider's result", async () => {
      const { messages } = await make();
      const reply = newReply();
      const { threadId, id } = reply;
      await messages.create(reply);
      const sent = { state: "sent", at: at(1), provider: "acs", providerMessageId: `${id}-p` } as const;
      expect(await messages.advanceDelivery(threadId, id, sent)).toEqual({
        ...reply,
        state: "sent",
        stateChangedAt: at(1),
        provider: "acs",
        providerMessageId: `${id}-p`,
      });
      expect(
        await messages.advanceDelivery(threadId, id, {
          state: "failed",
          at: at(2),
          failure: "handset-unreachable",
          code: "4006",
        }),
      ).toMatchObject({ id, state: "failed", code: "4006" });
      expect(await messages.find(threadId, id)).toEqual({
        ...reply,
        state: "failed",
        stateChangedAt: at(2),
        provider: "acs",
        providerMessageId: `${id}-p`,
        failure: "handset-unreachable",
        code: "4006",
      });
    });

    it.each([
      ["delivered", "failed"],
      ["delivered", "sent"],
      ["failed", "delivered"],
      ["failed", "sent"],
      ["sent", "sent"],
    ] as const)("keeps a reply that is %s when it is reported as %s", async (known, reported) => {
      const { messages } = await make();
      const reply = newReply();
      const { threadId, id } = reply;
      await messages.create(reply);
      await messages.advanceDelivery(threadId, id, { state: known, at: at(1) });
      const change = { state: reported, at: at(2), failure: "unknown" } as const;
      expect(await messages.advanceDelivery(threadId, id, change)).toBe("unmoved");
      expect(await messages.find(threadId, id)).toEqual({ ...reply, state: known, stateChangedAt: at(1) });
    });

    it("lets a delivery correct an unconfirmed failure, and no other", async () => {
      const { messages } = await make();
      const [unconfirmed, confirmed] = [newReply(), newReply()];
      for (const reply of [unconfirmed, confirmed]) await messages.create(reply);
      const failed = { state: "failed", at: at(1), failure: "provider-unavailable" } as const;
      await messages.advanceDelivery(unconfirmed.threadId, unconfirmed.id, failed);
      await messages.advanceDelivery(confirmed.threadId, confirmed.id, { ...failed, code: "5001" });
      const delivered = { state: "delivered", at: at(2) } as const;
      expect(await messages.advanceDelivery(unconfirmed.threadId, unconfirmed.id, delivered)).toMatchObject({
        id: unconfirmed.id,
        state: "delivered",
      });
      expect(await messages.advanceDelivery(confirmed.threadId, confirmed.id, delivered)).toBe("unmoved");
      expect(await messages.find(unconfirmed.threadId, unconfirmed.id)).toEqual({
        ...unconfirmed,
        state: "delivered",
        stateChangedAt: at(2),
      });
    });

    it("records an attempt only for a caller that knows the earlier ones, and removes it", async () => {
      const { messages } = await make();
      const reply = newReply();
      const { threadId, id } = reply;
      await messages.create(reply);
      const [first, second] = [1, 2].map((n) => ({ firstAt: at(1), lastAt: at(n) }));
      expect(await messages.recordAttempts(threadId, id, { before: undefined, after: first })).toBe(true);
      expect(await messages.recordAttempts(threadId, id, { before: undefined, after: second })).toBe(false);
      expect(await messages.find(threadId, id)).toEqual({ ...reply, attempts: first });
      expect(await messages.recordAttempts(threadId, id, { before: first, after: second })).toBe(true);
      expect(await messages.recordAttempts(threadId, id, { before: second, after: undefined })).toBe(true);
      expect(await messages.find(threadId, id)).toEqual(reply);
      await messages.advanceDelivery(threadId, id, { state: "sent", at: at(3) });
      expect(await messages.recordAttempts(threadId, id, { before: undefined, after: first })).toBe(false);
    });

    it("ends the hold of a reply once: it is queued or withdrawn, whichever comes first", async () => {
      const { messages } = await make();
      const held = () => newReply(undefined, { state: "held", sendAt: at(1) });
      const [sent, taken, both, queued] = [held(), held(), held(), newReply()];
      for (const reply of [sent, taken, both, queued]) await messages.create(reply);
      const released = { ...sent, state: "queued", stateChangedAt: at(2) };
      expect(await messages.release(sent.threadId, sent.id, at(2))).toEqual(released);
      expect(await messages.withdraw(sent.threadId, sent.id, at(3))).toBeUndefined();
      expect(await messages.find(sent.threadId, sent.id)).toEqual(released);
      const withdrawn = { ...taken, state: "withdrawn", stateChangedAt: at(2) };
      expect(await messages.withdraw(taken.threadId, taken.id, at(2))).toEqual(withdrawn);
      expect(await messages.release(taken.threadId, taken.id, at(3))).toBeUndefined();
      expect(await messages.advanceDelivery(taken.threadId, taken.id, { state: "sent", at: at(3) })).toBe("unmoved");
      expect(await messages.find(taken.threadId, taken.id)).toEqual(withdrawn);
      const [released2, taken2] = await Promise.all([
        messages.release(both.threadId, both.id, at(2)),
        messages.withdraw(both.threadId, both.id, at(2)),
      ]);
      expect(released2 === undefined).toBe(taken2 !== undefined);
      expect(await messages.withdraw(queued.threadId, queued.id, at(2))).toBeUndefined();
      expect(await messages.release(queued.threadId, newMessageId(), at(2))).toBeUndefined();
    });

    it("postpones a reply that is queued, and leaves any other alone", async () => {
      const { messages } = await make();
      const reply = newReply();
      const { threadId, id } = reply;
      await messages.create(reply);
      await messages.postpone(threadId, id, { until: at(2), turnAt: at(2) });
      const postponed = { until: at(3), retryingSince: at(2) };
      await messages.postpone(threadId, id, postponed);
      expect(await messages.find(threadId, id)).toEqual({ ...reply, postponed });
      await messages.advanceDelivery(threadId, id, { state: "sent", at: at(3) });
      await messages.postpone(threadId, id, { until: at(9) });
      expect(await messages.find(threadId, id)).toMatchObject({ state: "sent", postponed });
      await messages.postpone(threadId, newReply().id, { until: at(9) });
    });

    it("brings a reply to one final state of those that are reported at the same time", async () => {
      const { messages } = await make();
      const reply = newReply();
      const { threadId, id } = reply;
      await messages.create(reply);
      const reported = Array.from({ length: 10 }, (_, n) => (n % 2 ? ("delivered" as const) : ("failed" as const)));
      const results = await Promise.all(
        reported.map((state) => messages.advanceDelivery(threadId, id, { state, at: at(1) })),
      );
      const moved = results.findIndex((result) => result !== "unmoved");
      expect(results.filter((result) => result !== "unmoved")).toEqual([
        { ...reply, state: reported[moved], stateChangedAt: at(1) },
      ]);
      expect(await messages.find(threadId, id)).toMatchObject({ state: reported[moved] });
    });

    it("returns `unknown` for a reply that does not exist", async () => {
      const { messages } = await make();
      const { threadId, id } = newReply();
      expect(await messages.advanceDelivery(threadId, id, { state: "sent", at: at(1) })).toBe("unknown");
      expect(await messages.findByProviderId("acs", id)).toBeUndefined();
    });

    it("finds a reply by the provider's id", async () => {
      const { messages } = await make();
      const reply = newReply();
      await messages.create(reply);
      const sent = { state: "sent", at: at(1), provider: "acs", providerMessageId: `${reply.id}-p` } as const;
      await messages.advanceDelivery(reply.threadId, reply.id, sent);
      expect((await messages.findByProviderId("acs", `${reply.id}-p`))?.id).toBe(reply.id);
    });

    it("lists the messages of a conversation, and of its whole thread, newest first, in pages", async () => {
      const { messages } = await make();
      const first = newConversationId();
      const second = conversationIdOf(threadOf(first), 2);
      const texts = [3, 0, 4, 1].map((minute) => newText(first, { createdAt: at(minute) }));
      const [reply, note] = [newReply(first, { createdAt: at(2) }), newNote(first, { createdAt: at(7) })];
      const later = newText(second, { createdAt: at(5) });
      const { conversationId: _, ...keyword } = newText(first, { createdAt: at(6) });
      for (const message of [...texts, reply, note, later, keyword, newText()]) await messages.create(message);
      const ofFirst = await collectPages(2, (page) => messages.ofConversation(first, page));
      expect(ofFirst.map(({ createdAt }) => createdAt)).toEqual([7, 4, 3, 2, 1, 0].map(at));
      const ofThread = await collectPages(2, (page) => messages.ofThread(threadOf(first), page));
      expect(ofThread.map(({ createdAt }) => createdAt)).toEqual([7, 6, 5, 4, 3, 2, 1, 0].map(at));
    });

    it("lists replies that were due before a time and are still queued, oldest first", async () => {
      const { messages } = await make();
      // In a year that no other test uses: the list has a limit, and begins with the oldest.
      const longAgo = (minute: number) => instantSchema.parse(`1999-01-01T00:0${minute}:00.000Z`);
      const replies = [2, 1, 0, 3].map((minute) => newReply(undefined, { createdAt: longAgo(minute) }));
      const text = newText(undefined, { createdAt: longAgo(0) });
      const held = newReply(undefined, { createdAt: longAgo(0), state: "held", sendAt: longAgo(3) });
      const overdue = newReply(undefined, { createdAt: longAgo(0), state: "held", sendAt: longAgo(2) });
      for (const message of [...replies, text, held, overdue]) await messages.create(message);
      const unsentHeld = (await messages.unsentBefore(longAgo(3))).filter(({ state }) => state === "held");
      expect(unsentHeld).toEqual([overdue]);
      const unsent = async () => {
        const known = new Set(replies.map(({ id }) => id));
        return (await messages.unsentBefore(longAgo(3)))
          .filter(({ id }) => known.has(id))
          .map(({ createdAt }) => createdAt);
      };
      expect(await unsent()).toEqual([longAgo(0), longAgo(1), longAgo(2)]);
      const [, second] = replies;
      if (!second) expect.fail();
      await messages.postpone(second.threadId, second.id, { until: longAgo(4) });
      expect(await unsent()).toEqual([longAgo(0), longAgo(2)]);
      await messages.postpone(second.threadId, second.id, { until: longAgo(2) });
      expect(await unsent()).toEqual([longAgo(0), longAgo(1), longAgo(2)]);
      for (const { threadId, id } of replies)
        await messages.advanceDelivery(threadId, id, { state: "sent", at: at(0) });
      expect(await unsent()).toEqual([]);
    });

    it("returns when the newest reply of an agent in a conversation was created", async () => {
      const { messages } = await make();
      const id = newConversationId();
      expect(await messages.lastReplyAt(id)).toBeUndefined();
      for (const minute of [1, 3, 2]) await messages.create(newReply(id, { createdAt: at(minute) }));
      await messages.create(newText(id, { createdAt: at(5) }));
      await messages.create(newNote(id, { createdAt: at(7) }));
      for (const state of ["held", "withdrawn"]) await messages.create(newReply(id, { createdAt: at(8), state }));
      const { agentId: _, ...automatic } = newReply(id, { createdAt: at(6) });
      await messages.create(automatic);
      expect(await messages.lastReplyAt(id)).toBe(at(3));
    });
  });
};
