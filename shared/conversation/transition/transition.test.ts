import { describe, expect, it } from "vitest";
import { OPENED_AT, sampleConversation } from "../../../tests/fakes/sample-conversation.ts";
import { contactIdSchema } from "../../contact/contact.ts";
import { agentIdSchema, messageIdSchema } from "../../kernel/ids.ts";
import { addSeconds, instantSchema } from "../../kernel/instant.ts";
import {
  type Conversation,
  type ConversationState,
  conversationSchema,
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
const decision = { decidedAt: NOW, agentId: b, by: "round-robin", eligible: [b], excluded: [] } as const;
const assigned = {
  agentId: b,
  presences: ["available"],
  decision: { ...decision, eligible: [b], excluded: [] },
} satisfies Partial<ConversationEvent>;

const write = { kind: "customer-writes", messageId, at: NOW, text: "and", preferLastAgentSeconds: 300 } as const;
const keyword = { kind: "customer-sends-keyword", messageId, at: NOW, text: "STOP", optedOut: true } as const;

/** What `event` makes of a conversation in `state`: its next state, or the word for why not. */
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

const assignment = { queueId: "billing", priority: 5, skills: ["spanish"], routedBy: "rule: bills" };
const toQueue = { kind: "transfer-to-queue", queueId: "billing", declineLimit: 3 } as const;
const toAgent = { kind: "transfer-to-agent", agentId: b, expiresAt: OFFER_END } as const;
const link = { kind: "link-contact", contactId: contactIdSchema.parse("contact-1") } as const;
const expired = { kind: "expire", epoch: 1 } as const;

/** Every event, by whom and when it makes a difference, and what each state makes of it. */
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
  ["is accepted at the very end", { kind: "accept", agentId: a }, only({}), OFFER_END],
  ["is accepted by another", { kind: "accept", agentId: b }, only({})],
  ["is declined", { kind: "decline", agentId: a }, only({ offered: "queued" })],
  ["is declined by another", { kind: "decline", agentId: b }, only({})],
  ["sees its offer expire", expired, only({ offered: "queued" }), OFFER_END],
  ["sees its offer expire too early", expired, only({})],
  ["sees an older epoch's offer expire", { kind: "expire", epoch: 0 }, only({}), OFFER_END],
  ["is picked from another queue", { kind: "pick", queueId: "billing", agentId: b }, only({})],
  ["is picked", { kind: "pick", queueId: "support", agentId: b }, only({ queued: "active" })],
  ["is parked", { kind: "park", agentId: a }, only({ active: "waiting" })],
  ["is parked by another", { kind: "park", agentId: b }, only({ active: "not-assigned-to-you" })],
  ["is resumed", { kind: "resume", agentId: a }, only({ waiting: "active" })],
  ["is resumed by another", { kind: "resume", agentId: b }, only({ waiting: "not-assigned-to-you" })],
  ["gets a text", write, only({ ...unchanged, waiting: "queued", "wrap-up": "active" })],
  ["gets a keyword", keyword, only(unchanged)],
  ["learns of an opt-out", { kind: "consent-known", optedOut: true }, only(unchanged)],
  [
    "is linked by its owner",
    { ...link, actor: owner },
    only({ ...unchanged, new: "not-assigned-to-you", queued: "not-assigned-to-you" }),
  ],
  ["is linked by a supervisor", { ...link, actor: supervisor }, only(unchanged)],
  [
    "is transferred to a queue by its owner",
    { ...toQueue, actor: owner },
    only({ queued: "not-assigned-to-you", offered: "queued", active: "queued", waiting: "queued" }),
  ],
  [
    "is transferred to a queue by a member of its own",
    { ...toQueue, actor: other, memberOf: "support" },
    only({
      queued: "queued",
      offered: "not-assigned-to-you",
      active: "not-assigned-to-you",
      waiting: "not-assigned-to-you",
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
      offered: "not-assigned-to-you",
      active: "not-assigned-to-you",
      waiting: "not-assigned-to-you",
    }),
  ],
  [
    "is transferred to an agent by a member of its queue",
    { ...toAgent, actor: other, memberOf: "support" },
    only({
      queued: "offered",
      offered: "not-assigned-to-you",
      active: "not-assigned-to-you",
      waiting: "not-assigned-to-you",
    }),
  ],
  [
    "is transferred to an agent by a supervisor",
    { ...toAgent, actor: supervisor },
    only({ queued: "offered", offered: "offered", active: "offered", waiting: "offered" }),
  ],
  ["is released", { kind: "release", agentId: a, declineLimit: 3 }, only({ active: "queued", waiting: "queued" })],
  [
    "is released by another",
    { kind: "release", agentId: b, declineLimit: 3 },
    only({ active: "not-assigned-to-you", waiting: "not-assigned-to-you" }),
  ],
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
  [
    "is ended by another",
    { kind: "end", agentId: b, wrapUpSeconds: 60 },
    only({ active: "not-assigned-to-you", waiting: "not-assigned-to-you" }),
  ],
  ["is finished", { kind: "finish", agentId: a }, only({ "wrap-up": "closed" })],
  ["is finished by another", { kind: "finish", agentId: b }, only({ "wrap-up": "not-assigned-to-you" })],
  ["overflows to a queue", { kind: "overflow", epoch: 1, queueId: "billing" }, only({ queued: "queued" })],
  ["overflows to nowhere", { kind: "overflow", epoch: 1, queueId: undefined }, only({ queued: "closed" })],
  ["overflows for an older epoch", { kind: "overflow", epoch: 0, queueId: "billing" }, only({})],
  ["is in wrap-up, whose time is over", { kind: "wrap-up-over" }, only({ "wrap-up": "closed" }), LONG_AFTER],
  ["is in wrap-up, whose time is not over", { kind: "wrap-up-over" }, only({})],
  ["was quiet for too long", { kind: "go-inactive", quietSince: LONG_AFTER }, { ...all("closed"), closed: "conflict" }],
  ["was quiet, but not for long", { kind: "go-inactive", quietSince: LONG_BEFORE }, only({})],
  ["is closed", { kind: "close" }, { ...all("closed"), closed: "conflict" }],
];

describe.each(TABLE)("a conversation that %s", (_, event, outcomes, now) => {
  it.each(STATES)("from %s becomes as the table of states says", (state) => {
    expect(outcome(state, event, now)).toBe(outcomes[state]);
  });
});

describe("transition", () => {
  it("tells the present state where it refuses", () => {
    expect(transition(sampleConversation("wrap-up"), { kind: "accept", agentId: a }, NOW)).toEqual({
      kind: "conflict",
      state: "wrap-up",
    });
  });

  it("makes only conversations that the schema allows, and leaves what it is given as it is", () => {
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

  it("puts a new conversation where its route says, in epoch 1", () => {
    expect(moved(sampleConversation("new"), { kind: "enter-queue", assignment })).toMatchObject({
      ...assignment,
      epoch: 1,
      queuedAt: NOW,
      stateChangedAt: NOW,
    });
  });

  it.each([
    ["a decline", { kind: "decline", agentId: a } as const, NOW],
    ["an expiry", expired, OFFER_END],
  ])("counts the decline of %s, and leaves epoch and place in the queue as they are", (_, event, now) => {
    const before = sampleConversation("offered", { declines: { "agent-a": 1, "agent-b": 2 }, epoch: 1 });
    expect(moved(before, event, now)).toMatchObject({
      epoch: 1,
      queuedAt: opened,
      declines: { "agent-a": 2, "agent-b": 2 },
    });
  });

  it.each([
    ["released", { kind: "release", agentId: a, declineLimit: 3 } as const],
    ["transferred to a queue", { ...toQueue, actor: owner }],
  ])("gives one that is %s a new epoch, at the end of the queue, and not to the same agent", (_, event) => {
    const before = sampleConversation("active", {
      declines: { "agent-b": 2 },
      preferred: { agentIds: ["agent-a"] },
      epoch: 4,
    });
    expect(moved(before, event)).toMatchObject({
      epoch: 5,
      queuedAt: NOW,
      declines: { "agent-a": 3 },
      preferred: { agentIds: [] },
    });
  });

  it("prefers the agent who had it for a while, when the customer writes to one that was put aside", () => {
    const after = moved(sampleConversation("waiting", { declines: { "agent-a": 2 } }), write);
    expect(after).toMatchObject({ epoch: 2, declines: {}, queueId: "support" });
    expect(after.preferred).toEqual({ agentIds: ["agent-a"], until: addSeconds(NOW, 300) });
  });

  it("lets whoever had it last transfer one that waits in a queue of others", () => {
    const waiting = sampleConversation("queued", { lastAgentId: "agent-a", queueId: "billing" });
    expect(moved(waiting, { ...toAgent, actor: owner }).state).toBe("offered");
  });

  it("offers one that is transferred to an agent to that agent, in a new epoch, with the reason", () => {
    expect(moved(sampleConversation("active"), { ...toAgent, actor: owner })).toMatchObject({
      epoch: 2,
      offer: { agentId: b, offeredAt: NOW, expiresAt: OFFER_END },
      routingDecision: { agentId: b, by: "transfer" },
    });
  });

  it("shows the latest text, whatever the order in which texts arrive", () => {
    const late = { ...write, messageId: messageIdSchema.parse("acs:late"), at: addSeconds(NOW, -30), text: "late" };
    const after = moved(moved(sampleConversation("active"), write), late);
    expect(after).toMatchObject({ preview: "and", lastTextAt: NOW, textIds: ["acs:first", "acs:second", "acs:late"] });
  });

  it("takes in a text once: again, it returns the very conversation", () => {
    const after = moved(sampleConversation("queued"), write);
    expect(moved(after, write)).toBe(after);
  });

  it("does not go back to its queue when a text it has taken in comes again after it was put aside", () => {
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

  it.each([true, false])(
    "returns the very conversation when it knows already whether the customer opted out",
    (optedOut) => {
      const before = sampleConversation("active", { optedOut });
      expect(moved(before, { kind: "consent-known", optedOut })).toBe(before);
      expect(moved(before, { kind: "consent-known", optedOut: !optedOut })).toEqual({ ...before, optedOut: !optedOut });
    },
  );
});

describe("previewOf", () => {
  it.each([
    ["a".repeat(98), `${"a".repeat(98)}😀`],
    ["a".repeat(99), "a".repeat(99)],
    ["a".repeat(100), "a".repeat(100)],
  ])("never ends in half a character", (start, preview) => {
    expect(previewOf(`${start}😀 and more`)).toBe(preview);
  });
});
