import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleConversation } from "../../../tests/fakes/sample-conversation.ts";
import { contactIdSchema } from "../../contact/contact.ts";
import { agentIdSchema, messageIdSchema } from "../../kernel/ids.ts";
import { addSeconds, type Instant, instantSchema } from "../../kernel/instant.ts";
import type { Presence } from "../../settings/presence.ts";
import { type Conversation, conversationSchema, holderOf, ownerOf, type RoutingDecision } from "../conversation.ts";
import { type ConversationEvent, type DetailEvent, transition } from "./transition.ts";

const START = instantSchema.parse("2026-03-02T10:00:00.000Z");

const agentId = fc.constantFrom("agent-a", "agent-b", "agent-c").map((id) => agentIdSchema.parse(id));
const instant = fc.integer({ min: 0, max: 600 }).map((seconds) => addSeconds(START, seconds));
const epoch = fc.integer({ min: 0, max: 4 });
const queueId = fc.constantFrom("support", "billing");
const messageId = fc.integer({ min: 1, max: 40 }).map((n) => messageIdSchema.parse(`acs:${n}`));
const text = fc.string({ unit: "grapheme", maxLength: 120 });
const actor = fc.record({ agentId, supervisor: fc.boolean() });
const decision = fc.record({ decidedAt: instant, agentId }).map(
  ({ decidedAt, agentId }): RoutingDecision => ({
    decidedAt,
    agentId,
    chosenBy: "round-robin",
    eligible: [agentId],
    excluded: [],
  }),
);
const presences = fc.subarray<Presence>(["available", "busy"], { minLength: 1 });
const kind = <K extends string>(name: K) => fc.constant(name);

const anyEvent: fc.Arbitrary<ConversationEvent> = fc.oneof(
  fc.record({ kind: kind("offer"), epoch, agentId, presences, expiresAt: instant, decision }),
  fc.record({ kind: kind("assign"), epoch, agentId, presences, decision }),
  fc.record({ kind: kind("accept"), agentId }),
  fc.record({ kind: kind("decline"), agentId }),
  fc.record({ kind: kind("expire"), epoch }),
  fc.record({ kind: kind("pick"), queueId, agentId }),
  fc.record({ kind: kind("park"), agentId }),
  fc.record({ kind: kind("resume"), agentId }),
  fc.record({ kind: kind("customer-writes"), messageId, at: instant, text, preferLastAgentSeconds: fc.nat(600) }),
  fc.record({ kind: kind("customer-sends-keyword"), messageId, at: instant, text, optedOut: fc.boolean() }),
  fc.record({ kind: kind("customer-reacts"), messageId }),
  fc.record({ kind: kind("consent-known"), optedOut: fc.boolean() }),
  fc.record({ kind: kind("agent-replies"), agentId, messageId, isHeld: fc.boolean() }),
  fc.record({ kind: kind("agent-adds-note"), actor, messageId }),
  fc.record({ kind: kind("reply-found"), at: instant }),
  fc.record({ kind: kind("link-contact"), actor, contactId: fc.constant(contactIdSchema.parse("contact-1")) }),
  fc.record({
    kind: kind("transfer-to-queue"),
    actor,
    memberOf: queueId,
    queueId,
    declineLimit: fc.integer({ min: 1, max: 5 }),
  }),
  fc.record({ kind: kind("transfer-to-agent"), actor, memberOf: queueId, agentId, expiresAt: instant }),
  fc.record({ kind: kind("release"), agentId, declineLimit: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: kind("end"), agentId, wrapUpSeconds: fc.constantFrom(0, 60) }),
  fc.record({ kind: kind("finish"), agentId }),
  fc.record({ kind: kind("wrap-up-over") }),
  fc.record({ kind: kind("go-inactive"), quietSince: instant }),
  fc.record({ kind: kind("overflow"), epoch, queueId: fc.option(queueId, { nil: undefined }) }),
);

// Rare, because most sequences would end early otherwise.
const anyEventOrEnd = fc.oneof(
  { arbitrary: anyEvent, weight: 30 },
  {
    arbitrary: fc.oneof(fc.record({ kind: kind("close") }), fc.record({ kind: kind("block") })),
    weight: 1,
  },
);

interface Step {
  readonly before: Conversation;
  readonly event: ConversationEvent;
  readonly after: Conversation;
}

/** The steps of a sequence of events, starting from a conversation that has just entered its queue. */
const stepsOf = (events: readonly (readonly [ConversationEvent, Instant])[]): readonly Step[] => {
  let conversation = sampleConversation("queued", { textIds: ["acs:1"] });
  const steps: Step[] = [];
  for (const [event, now] of events) {
    const result = transition(conversation, event, now);
    if (result.kind !== "moved") continue;
    steps.push({ before: conversation, event, after: result.conversation });
    conversation = result.conversation;
  }
  return steps;
};

const sequences = fc.array(fc.tuple(anyEventOrEnd, instant), { maxLength: 60 });

const always = (holds: (step: Step) => void): void =>
  fc.assert(
    fc.property(sequences, (events) => {
      for (const step of stepsOf(events)) holds(step);
    }),
    { numRuns: 300 },
  );

describe("any sequence of events", () => {
  it("produces only conversations that match the schema, without members of another state", () => {
    always(({ after }) => {
      const parsed = conversationSchema.parse(after);
      expect(Object.keys(parsed).toSorted()).toEqual(Object.keys(after).toSorted());
    });
  });

  it("never lowers the epoch, and raises it by one only on entry into routing", () => {
    always(({ before, after }) => {
      if (after.epoch === before.epoch) return;
      expect(after.epoch).toBe(before.epoch + 1);
      expect(["queued", "offered"]).toContain(after.state);
    });
  });

  it("never changes a closed conversation", () => {
    always(({ before, after }) => {
      if (before.state === "closed") expect(after).toBe(before);
    });
  });

  it("gives a conversation only to the agent that the event names", () => {
    always(({ before, event, after }) => {
      const owner = ownerOf(after);
      if (owner === undefined || owner === ownerOf(before)) return;
      expect("agentId" in event && event.agentId).toBe(owner);
    });
  });

  it("takes a conversation from its owner only by an event of the owner, a supervisor, the clock or the customer", () => {
    always(({ before, event, after }) => {
      const owner = ownerOf(before);
      if (owner === undefined || ownerOf(after) === owner) return;
      if ("actor" in event) expect(event.actor.supervisor || event.actor.agentId === owner).toBe(true);
      else if ("agentId" in event) expect(event.agentId).toBe(owner);
      else expect(["expire", "wrap-up-over", "go-inactive", "customer-writes", "close", "block"]).toContain(event.kind);
    });
  });

  it("gives a conversation a holder exactly while it is offered, active or in wrap-up", () => {
    always(({ after }) =>
      expect(holderOf(after) !== undefined).toBe(["offered", "active", "wrap-up"].includes(after.state)),
    );
  });

  it("gives every reply and note a later time than the one before it", () => {
    always(({ before: { lastStaffMessage: earlier }, after: { lastStaffMessage: later } }) => {
      if (!earlier || !later || later.id === earlier.id) return;
      expect(later.at > earlier.at).toBe(true);
    });
  });

  it("never ends the customer's wait by a note or a held reply", () => {
    always(({ before, event, after }) => {
      const isUnsent = event.kind === "agent-adds-note" || (event.kind === "agent-replies" && event.isHeld);
      if (isUnsent) expect(after.waitingSince).toBe(before.waitingSince);
    });
  });

  it("changes neither state, epoch nor owner by a detail event", () => {
    const details: readonly ConversationEvent["kind"][] = [
      "customer-sends-keyword",
      "customer-reacts",
      "consent-known",
      "agent-replies",
      "agent-adds-note",
      "reply-found",
      "link-contact",
    ] satisfies DetailEvent["kind"][];
    always(({ before, event, after }) => {
      if (!details.includes(event.kind)) return;
      const unchanged = ({ state, epoch, claimToken, stateChangedAt }: Conversation) => [
        state,
        epoch,
        claimToken,
        stateChangedAt,
      ];
      expect(unchanged(after)).toEqual(unchanged(before));
      expect(ownerOf(after)).toBe(ownerOf(before));
    });
  });

  it("never splits a surrogate pair at the end of the preview", () => {
    always(({ after }) => expect(after.preview.isWellFormed()).toBe(true));
  });

  it("remembers each text once", () => {
    always(({ after }) => expect(new Set(after.textIds).size).toBe(after.textIds.length));
  });
});
