import { describe, expect, it } from "vitest";
import { type Details, OPENED_AT, sampleConversation } from "../../../tests/fakes/sample-conversation.ts";
import { contactIdSchema } from "../../contact/contact.ts";
import { agentIdSchema, messageIdSchema } from "../../kernel/ids.ts";
import { addSeconds, type Instant, instantSchema } from "../../kernel/instant.ts";
import {
  type Conversation,
  type ConversationState,
  conversationSchema,
  KEPT_DECLINES,
  previewOf,
  REMEMBERED_TEXTS,
} from "../conversation.ts";
import { type ConversationEvent, transition } from "./transition.ts";

const NOW = instantSchema.parse("2026-03-02T10:31:00.000Z");
const OFFER_END = instantSchema.parse("2026-03-02T10:32:00.000Z");
const opened = instantSchema.parse(OPENED_AT);
const [a, b] = [agentIdSchema.parse("agent-a"), agentIdSchema.parse("agent-b")];
/** Later and earlier than anything in a sample. */
const LONG_AFTER = addSeconds(NOW, 400 * 86_400);
const LONG_BEFORE = addSeconds(NOW, -400 * 86_400);

const owner = { agentId: a, supervisor: false };
const other = { agentId: b, supervisor: false };
const supervisor = { agentId: b, supervisor: true };
const messageId = messageIdSchema.parse("acs:second");
const decision = { decidedAt: NOW, agentId: b, chosenBy: "round-robin", eligible: [b], excluded: [] } as const;
const assigned = {
  agentId: b,
  presences: ["available"],
  decision: { ...decision, eligible: [b], excluded: [] },
} satisfies Partial<ConversationEvent>;

const write = { kind: "customer-writes", messageId, at: NOW, text: "and", preferLastAgentSeconds: 300 } as const;
const keyword = { kind: "customer-sends-keyword", messageId, at: NOW, text: "STOP", optedOut: true } as const;

/** The next state of a conversation in `state` after `event`, or the kind of the refusal. */
const outcome = (state: ConversationState, event: ConversationEvent, now = NOW): string => {
  const result = transition(sampleConversation(state), event, now);
  return result.kind === "moved" ? result.conversation.state : result.kind;
};

const moved = (before: Conversation, event: ConversationEvent, now = NOW): Conversation => {
  const result = transition(before, event, now);
  if (result.kind !== "moved") throw new Error(`${event.kind} was refused: ${result.kind}`);
  return result.conversation;
};

const STATES = ["new", "queued", "offered", "active", "waiting", "wrap-up", "closed"] as const;
const all = (outcome: string): Record<ConversationState, string> => ({
  new: outcome,
  queued: outcome,
  offered: outcome,
  active: outcome,
  waiting: outcome,
  "wrap-up": outcome,
  closed: outcome,
});
const only = (allowed: Partial<Record<ConversationState, string>>) => ({ ...all("conflict"), ...allowed });
/** Every open state, unchanged. */
const unchanged = {
  new: "new",
  queued: "queued",
  offered: "offered",
  active: "active",
  waiting: "waiting",
  "wrap-up": "wrap-up",
};

/** Every state with an owner, for an agent who is not the owner. */
const refusedToOthers = {
  offered: "not-assigned-to-you",
  active: "not-assigned-to-you",
  waiting: "not-assigned-to-you",
  "wrap-up": "not-assigned-to-you",
};

const assignment = { queueId: "billing", priority: 5, skills: ["spanish"], routedBy: "rule: bills" };
const toQueue = { kind: "transfer-to-queue", queueId: "billing" } as const;
const toAgent = { kind: "transfer-to-agent", agentId: b, expiresAt: OFFER_END } as const;
const link = { kind: "link-contact", contactId: contactIdSchema.parse("contact-1") } as const;
const expired = { kind: "expire", epoch: 1 } as const;

/** Every event, by actor and time where they make a difference, with its outcome in each state. */
const TABLE: readonly [
  title: string,
  event: ConversationEvent,
  outcomes: Record<ConversationState, string>,
  now?: typeof NOW,
][] = [
  ["enters its queue", { kind: "enter-queue", assignment }, only({ new: "queued" })],
  ["is offered", { kind: "offer", epoch: 1, expiresAt: OFFER_END, ...assigned }, only({ queued: "offered" })],
  ["is offered for an older epoch", { kind: "offer", epoch: 0, expiresAt: OFFER_END, ...assigned }, only({})],
  ["is assigned at once", { kind: "assign", epoch: 1, ...assigned }, only({ queued: "active" })],
  ["is assigned for an older epoch", { kind: "assign", epoch: 0, ...assigned }, only({})],
  ["is accepted in time", { kind: "accept", agentId: a }, only({ offered: "active" })],
  ["is accepted when its offer expires", { kind: "accept", agentId: a }, only({}), OFFER_END],
  ["is accepted by another agent", { kind: "accept", agentId: b }, only({})],
  ["is declined", { kind: "decline", agentId: a }, only({ offered: "queued" })],
  ["is declined by another agent", { kind: "decline", agentId: b }, only({})],
  ["expires when its offer ends", expired, only({ offered: "queued" }), OFFER_END],
  ["expires before its offer ends", expired, only({})],
  ["expires for an older epoch", { kind: "expire", epoch: 0 }, only({}), OFFER_END],
  ["is picked from another queue", { kind: "pick", queueId: "billing", agentId: b }, only({})],
  ["is picked", { kind: "pick", queueId: "support", agentId: b }, only({ queued: "active" })],
  ["is parked", { kind: "park", agentId: a }, only({ active: "waiting" })],
  ["is parked by another agent", { kind: "park", agentId: b }, only(refusedToOthers)],
  ["is resumed", { kind: "resume", agentId: a }, only({ waiting: "active" })],
  ["is resumed by another agent", { kind: "resume", agentId: b }, only(refusedToOthers)],
  ["receives a text", write, only({ ...unchanged, waiting: "queued", "wrap-up": "active" })],
  ["receives a keyword", keyword, only(unchanged)],
  ["receives an opt-out", { kind: "consent-known", optedOut: true }, only(unchanged)],
  ["is linked by its owner, or by an agent while it has none", { ...link, actor: owner }, only(unchanged)],
  [
    "is linked by an agent who does not own it",
    { ...link, actor: other },
    only({
      new: "new",
      queued: "queued",
      ...refusedToOthers,
    }),
  ],
  ["is linked by a supervisor", { ...link, actor: supervisor }, only(unchanged)],
  [
    "is transferred to a queue by its owner",
    { ...toQueue, actor: owner },
    only({ queued: "not-assigned-to-you", offered: "queued", active: "queued", waiting: "queued" }),
  ],
  [
    "is transferred to a queue by a member of its queue",
    { ...toQueue, actor: other, memberOf: "support" },
    only({
      queued: "queued",
      ...refusedToOthers,
    }),
  ],
  [
    "is transferred to a queue by a supervisor",
    { ...toQueue, actor: supervisor },
    only({ queued: "queued", offered: "queued", active: "queued", waiting: "queued" }),
  ],
  [
    "is transferred to an agent by its owner",
    { ...toAgent, actor: owner },
    only({ queued: "not-assigned-to-you", offered: "offered", active: "offered", waiting: "offered" }),
  ],
  [
    "is transferred to an agent by a member of another queue",
    { ...toAgent, actor: other, memberOf: "billing" },
    only({
      queued: "not-assigned-to-you",
      ...refusedToOthers,
    }),
  ],
  [
    "is transferred to an agent by a member of its queue",
    { ...toAgent, actor: other, memberOf: "support" },
    only({
      queued: "offered",
      ...refusedToOthers,
    }),
  ],
  [
    "is transferred to an agent by a supervisor",
    { ...toAgent, actor: supervisor },
    only({ queued: "offered", offered: "offered", active: "offered", waiting: "offered" }),
  ],
  ["is released", { kind: "release", agentId: a }, only({ active: "queued", waiting: "queued" })],
  ["is released by another agent", { kind: "release", agentId: b }, only(refusedToOthers)],
  [
    "ends, with time for notes",
    { kind: "end", agentId: a, wrapUpSeconds: 60 },
    only({ active: "wrap-up", waiting: "wrap-up" }),
  ],
  [
    "ends, without time for notes",
    { kind: "end", agentId: a, wrapUpSeconds: 0 },
    only({ active: "closed", waiting: "closed" }),
  ],
  ["is ended by another agent", { kind: "end", agentId: b, wrapUpSeconds: 60 }, only(refusedToOthers)],
  ["is finished", { kind: "finish", agentId: a }, only({ "wrap-up": "closed" })],
  ["is finished by another agent", { kind: "finish", agentId: b }, only(refusedToOthers)],
  ["overflows to a queue", { kind: "overflow", epoch: 1, queueId: "billing" }, only({ queued: "queued" })],
  ["overflows without a target queue", { kind: "overflow", epoch: 1, queueId: undefined }, only({ queued: "closed" })],
  ["overflows for an older epoch", { kind: "overflow", epoch: 0, queueId: "billing" }, only({})],
  ["is due to leave wrap-up", { kind: "wrap-up-over" }, only({ "wrap-up": "closed" }), LONG_AFTER],
  ["is not yet due to leave wrap-up", { kind: "wrap-up-over" }, only({})],
  [
    "has been inactive too long",
    { kind: "go-inactive", quietSince: LONG_AFTER },
    { ...all("closed"), closed: "conflict" },
  ],
  ["has not been inactive for long", { kind: "go-inactive", quietSince: LONG_BEFORE }, only({})],
  ["is closed", { kind: "close" }, { ...all("closed"), closed: "conflict" }],
  ["is closed because its number is blocked", { kind: "block" }, all("closed")],
];

describe.each(TABLE)("a conversation that %s", (_, event, outcomes, now) => {
  it.each(STATES)("has the outcome of the table in the state %s", (state) => {
    expect(outcome(state, event, now)).toBe(outcomes[state]);
  });
});

describe("transition", () => {
  it("returns the present state with a conflict", () => {
    expect(transition(sampleConversation("wrap-up"), { kind: "accept", agentId: a }, NOW)).toEqual({
      kind: "conflict",
      state: "wrap-up",
    });
  });

  it("produces only conversations that match the schema, and does not change its input", () => {
    for (const state of STATES) {
      for (const [, event, , now] of TABLE) {
        const before = sampleConversation(state);
        const result = transition(before, event, now ?? NOW);
        expect(before).toEqual(sampleConversation(state));
        if (result.kind !== "moved") continue;
        expect(conversationSchema.parse(result.conversation)).toEqual(result.conversation);
        expect(Object.keys(conversationSchema.parse(result.conversation)).toSorted()).toEqual(
          Object.keys(result.conversation).toSorted(),
        );
      }
    }
  });

  it("puts a new conversation into its assigned queue, in epoch 1", () => {
    expect(moved(sampleConversation("new"), { kind: "enter-queue", assignment })).toMatchObject({
      ...assignment,
      epoch: 1,
      queuedAt: NOW,
      stateChangedAt: NOW,
    });
  });

  it.each([
    ["declined", { kind: "decline", agentId: a } as const, NOW],
    ["missed", expired, OFFER_END],
  ])("adds who declined it and when to an offer that is %s, and keeps its place in the queue", (kind, event, now) => {
    const earlier = { agentId: "agent-b", declinedAt: opened, kind: "declined" };
    const before = sampleConversation("offered", { declines: [earlier], epoch: 1 });
    expect(moved(before, event, now)).toMatchObject({
      epoch: 1,
      queuedAt: opened,
      declines: [earlier, { agentId: "agent-a", declinedAt: now, kind }],
    });
  });

  it("keeps the newest declines", () => {
    const earlier = { agentId: "agent-b", declinedAt: opened, kind: "declined" };
    const before = sampleConversation("offered", { declines: Array.from({ length: KEPT_DECLINES }, () => earlier) });
    const { declines } = moved(before, { kind: "decline", agentId: a });
    expect(declines).toHaveLength(KEPT_DECLINES);
    expect(declines.at(-1)).toMatchObject({ agentId: "agent-a" });
  });

  it.each([
    ["released", { kind: "release", agentId: a } as const],
    ["transferred to a queue", { ...toQueue, actor: owner }],
  ])(
    "puts a conversation that is %s at the end of the queue, in a new epoch, and excludes the same agent",
    (_, event) => {
      const before = sampleConversation("active", {
        declines: [{ agentId: "agent-b", declinedAt: opened, kind: "declined" }],
        preferred: { agentIds: ["agent-a"] },
        epoch: 4,
      });
      expect(moved(before, event)).toMatchObject({
        epoch: 5,
        queuedAt: NOW,
        declines: [{ agentId: "agent-a", declinedAt: NOW, kind: "released" }],
        preferred: { agentIds: [] },
      });
    },
  );

  describe("the wait of the customer for a reply", () => {
    const text = (at: Instant, messageId = "acs:another") =>
      ({ ...write, at, messageId: messageIdSchema.parse(messageId) }) as const;
    const later = addSeconds(NOW, 10);
    const reply = (messageId: string) =>
      ({ kind: "agent-replies", agentId: a, messageId: messageIdSchema.parse(messageId), isHeld: false }) as const;
    const waitAfter = (details: Details, ...events: readonly ConversationEvent[]) =>
      events.reduce((before, event) => moved(before, event, later), sampleConversation("active", details));

    it("begins with the first text that has no reply", () => {
      expect(waitAfter({}, text(NOW), text(later, "acs:third")).waitingSince).toBe(NOW);
    });

    it("begins with the earlier text when texts arrive out of order", () => {
      expect(waitAfter({}, text(later), text(NOW, "acs:third")).waitingSince).toBe(NOW);
    });

    it("begins now for a text that arrives after a reply and was written before it", () => {
      expect(waitAfter({ lastReplyAt: NOW }, text(opened)).waitingSince).toBe(later);
    });

    it("ends with a reply", () => {
      const after = waitAfter({}, text(NOW), reply("out-1"));
      expect(after.lastReplyAt).toBe(later);
      expect(after).not.toHaveProperty("waitingSince");
    });

    it("notes the newest reply, and the one before it", () => {
      const [first, second] = [reply("out-1"), reply("out-2")];
      const next = { id: "out-2", at: addSeconds(later, 0.001), after: "out-1" };
      expect(waitAfter({}, first).lastReply).toEqual({ id: "out-1", at: later });
      expect(waitAfter({}, first, second).lastReply).toEqual(next);
      expect(waitAfter({}, first, second, second).lastReply).toEqual(next);
    });

    it("ends when a held reply is sent, and not before", () => {
      const held = waitAfter({}, text(NOW), { ...reply("out-1"), isHeld: true });
      expect(held).toMatchObject({ waitingSince: NOW, lastReply: { id: "out-1" }, lastStaffMessage: { id: "out-1" } });
      expect(held).not.toHaveProperty("lastReplyAt");
      const sent = moved(held, { kind: "reply-found", at: later });
      expect(sent.lastReplyAt).toBe(later);
      expect(sent).not.toHaveProperty("waitingSince");
    });

    it("shows who wrote the newest reply, and when", () => {
      expect(waitAfter({}, reply("out-1")).lastStaffMessage).toEqual({ id: "out-1", by: a, at: later });
    });

    it("does not end with a note, which is the newest message of a colleague", () => {
      const note = { kind: "agent-adds-note", actor: supervisor, messageId: messageIdSchema.parse("note-1") } as const;
      const after = waitAfter({}, text(NOW), reply("out-1"), text(later, "acs:third"), note);
      expect(after).toMatchObject({ waitingSince: later, lastReplyAt: later, lastReply: { id: "out-1" } });
      expect(after.lastStaffMessage).toEqual({ id: "note-1", by: b, at: addSeconds(later, 0.001) });
    });

    it("notes a reply later than the one before it, also when the clock is not", () => {
      const after = waitAfter({ lastReplyAt: addSeconds(later, 5) }, reply("out-1"));
      expect(after.lastReplyAt).toBe(addSeconds(later, 5.001));
    });

    it("begins with a text that came while a reply was stored that is found later", () => {
      const after = waitAfter({}, text(opened), text(later, "acs:third"), { kind: "reply-found", at: NOW });
      expect(after.waitingSince).toBe(later);
    });

    it("does not end with a reply that was written before it began", () => {
      expect(waitAfter({}, text(later), { kind: "reply-found", at: NOW }).waitingSince).toBe(later);
    });

    it("ends with the conversation", () => {
      expect(waitAfter({}, text(NOW), { kind: "close" })).not.toHaveProperty("waitingSince");
    });
  });

  it("prefers the previous agent for a while when the customer writes to a parked conversation", () => {
    const declines = [{ agentId: "agent-a", declinedAt: opened, kind: "declined" }];
    const after = moved(sampleConversation("waiting", { declines }), write);
    expect(after).toMatchObject({ epoch: 2, declines: [], queueId: "support" });
    expect(after.preferred).toEqual({ agentIds: ["agent-a"], until: addSeconds(NOW, 300) });
  });

  it("lets the last agent transfer a conversation that waits in another queue", () => {
    const waiting = sampleConversation("queued", { lastAgentId: "agent-a", queueId: "billing" });
    expect(moved(waiting, { ...toAgent, actor: owner }).state).toBe("offered");
  });

  it("offers a transferred conversation to the chosen agent, in a new epoch, with the routing decision", () => {
    expect(moved(sampleConversation("active"), { ...toAgent, actor: owner })).toMatchObject({
      epoch: 2,
      offer: { agentId: b, offeredAt: NOW, expiresAt: OFFER_END },
      routingDecision: { agentId: b, chosenBy: "transfer" },
    });
  });

  it("shows the latest text, in whatever order texts arrive", () => {
    const late = { ...write, messageId: messageIdSchema.parse("acs:late"), at: addSeconds(NOW, -30), text: "late" };
    const after = moved(moved(sampleConversation("active"), write), late);
    expect(after).toMatchObject({ preview: "and", lastTextAt: NOW, textIds: ["acs:first", "acs:second", "acs:late"] });
  });

  it("returns the same object for a text that it has processed", () => {
    const after = moved(sampleConversation("queued"), write);
    expect(moved(after, write)).toBe(after);
  });

  it("keeps a parked conversation waiting when a processed text is redelivered", () => {
    const waiting = sampleConversation("waiting", { textIds: ["acs:second"] });
    expect(moved(waiting, write)).toBe(waiting);
  });

  it(`remembers the ${REMEMBERED_TEXTS} newest texts`, () => {
    let conversation = sampleConversation("active");
    for (let n = 1; n <= REMEMBERED_TEXTS + 5; n++) {
      conversation = moved(conversation, { ...write, messageId: messageIdSchema.parse(`acs:${n}`) });
    }
    expect(conversation.textIds).toEqual(Array.from({ length: REMEMBERED_TEXTS }, (_, n) => `acs:${n + 6}`));
  });

  it.each([true, false])("returns the same object when optedOut is already %s", (optedOut) => {
    const before = sampleConversation("active", { optedOut });
    expect(moved(before, { kind: "consent-known", optedOut })).toBe(before);
    expect(moved(before, { kind: "consent-known", optedOut: !optedOut })).toEqual({ ...before, optedOut: !optedOut });
  });
});

describe("previewOf", () => {
  it.each([
    ["a".repeat(98), `${"a".repeat(98)}😀`],
    ["a".repeat(99), "a".repeat(99)],
    ["a".repeat(100), "a".repeat(100)],
  ])("never splits a surrogate pair", (start, preview) => {
    expect(previewOf(`${start}😀 and more`)).toBe(preview);
  });
});
