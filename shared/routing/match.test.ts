import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleQueued } from "../../tests/fakes/sample-conversation.ts";
import { sampleAgent, sampleQueue } from "../../tests/fakes/sample-organisation.ts";
import { type Agent, presenceOf } from "../agent/agent.ts";
import type { Decline, QueuedConversation } from "../conversation/conversation.ts";
import { addSeconds, type Instant, instantSchema, secondsBetween } from "../kernel/instant.ts";
import { presenceSchema } from "../settings/presence.ts";
import { compareByTurn, hasFreeCapacity, type Matching, type MatchingRules, match } from "./match.ts";

const NOW = instantSchema.parse("2026-03-02T10:30:00.000Z");
const earlier = (seconds: number) => addSeconds(NOW, -seconds);
const queue = sampleQueue({ declineLimit: 2 });

const matchNow = (
  waiting: readonly QueuedConversation[],
  agents: readonly Agent[],
  rules: MatchingRules = queue,
): Matching => match({ waiting, agents, rules, now: NOW });

/** The matches, as "index of the conversation > agent". */
const pairs = ({ matches }: Matching, waiting: readonly QueuedConversation[]): readonly string[] =>
  matches.map(({ conversation, agentId }) => `${waiting.indexOf(conversation)} > ${agentId}`);

describe("match", () => {
  it("matches by priority, then by time in the queue, in whatever order conversations are given", () => {
    const waiting = [
      sampleQueued({ queuedAt: earlier(10) }, 0),
      sampleQueued({ queuedAt: earlier(30) }, 1),
      sampleQueued({ queuedAt: earlier(5), priority: 1 }, 2),
    ];
    const agents = [sampleAgent("one", { capacity: 2 })];
    expect(pairs(matchNow(waiting, agents), waiting)).toEqual(["2 > one", "1 > one"]);
  });

  it("chooses the agent with the most free capacity", () => {
    const waiting = [0, 1, 2].map((n) => sampleQueued({ queuedAt: earlier(30 - n) }, n));
    const agents = [sampleAgent("small", { capacity: 2 }), sampleAgent("large", { capacity: 5, load: 1 })];
    expect(pairs(matchNow(waiting, agents), waiting)).toEqual(["0 > large", "1 > large", "2 > small"]);
  });

  it("chooses the agent whose last assignment is the oldest when the queue assigns round-robin", () => {
    const waiting = [0, 1, 2, 3].map((n) => sampleQueued({ queuedAt: earlier(30 - n) }, n));
    const agents = [
      sampleAgent("recent", { lastAssignedAt: earlier(1) }),
      sampleAgent("long-ago", { lastAssignedAt: earlier(100) }),
      sampleAgent("never"),
    ];
    const rules = { ...queue, assignmentMethod: "round-robin" as const };
    expect(pairs(matchNow(waiting, agents, rules), waiting)).toEqual([
      "0 > never",
      "1 > long-ago",
      "2 > recent",
      "3 > long-ago",
    ]);
  });

  it("chooses the first preferred agent who is eligible", () => {
    const preferred = { agentIds: ["full", "liked"], until: addSeconds(NOW, 1) };
    const agents = [sampleAgent("free"), sampleAgent("full", { load: 3 }), sampleAgent("liked", { load: 2 })];
    const [found] = matchNow([sampleQueued({ preferred })], agents).matches;
    expect(found).toMatchObject({ agentId: "liked", decision: { chosenBy: "preferred" } });
  });

  it("ignores the preferred agents once the preference has ended", () => {
    const preferred = { agentIds: ["liked"], until: NOW };
    const agents = [sampleAgent("free"), sampleAgent("liked", { load: 2 })];
    const [found] = matchNow([sampleQueued({ preferred })], agents).matches;
    expect(found).toMatchObject({ agentId: "free", decision: { chosenBy: "most-free-capacity" } });
  });

  it("chooses an agent who declined after all others, and never at the decline limit", () => {
    const agents = [sampleAgent("declined"), sampleAgent("fresh", { load: 2 })];
    const decline = { agentId: "declined", declinedAt: NOW, kind: "declined" };
    const once = sampleQueued({ declines: [decline] });
    expect(matchNow([once], agents).matches[0]?.agentId).toBe("fresh");
    expect(matchNow([once], agents.slice(0, 1)).matches[0]?.agentId).toBe("declined");
    const twice = sampleQueued({ declines: [decline, decline] });
    expect(matchNow([twice], agents.slice(0, 1)).unmatched[0]?.excluded).toEqual([
      { agentId: "declined", reason: "declined" },
    ]);
  });

  it("excludes an agent who is not heard of any more", () => {
    const reasonAt = (believedUntil: Instant) =>
      matchNow([sampleQueued()], [sampleAgent("one", { believedUntil })]).unmatched[0]?.excluded[0]?.reason;
    expect([reasonAt(NOW), reasonAt(earlier(-1))]).toEqual(["presence", undefined]);
  });

  it.each([
    ["as long as the queue remembers it", { declinedAt: earlier(899) }, "declined"],
    ["until the queue forgets it", { declinedAt: earlier(900) }, undefined],
    ["until the agent chooses a presence", { declinedAt: earlier(61) }, undefined],
    ["from the agent's last choice of presence", { declinedAt: earlier(60) }, "declined"],
  ])("counts a decline %s", (_, decline, reason) => {
    const declines = [{ agentId: "one", kind: "released", ...decline }];
    const presenceChosenAt = decline.declinedAt < earlier(100) ? undefined : earlier(60);
    const agents = [sampleAgent("one", { presenceChosenAt })];
    const { unmatched } = matchNow([sampleQueued({ declines })], agents, sampleQueue());
    expect(unmatched[0]?.excluded[0]?.reason).toBe(reason);
  });

  it("excludes an agent who released the conversation, whatever the limit of the queue is", () => {
    const declines = [{ agentId: "one", declinedAt: NOW, kind: "released" }];
    const rules = sampleQueue({ declineLimit: 5 });
    expect(matchNow([sampleQueued({ declines })], [sampleAgent("one")], rules).matches).toEqual([]);
  });

  it("lists the eligible members of the queue, and the reason that excluded each other member", () => {
    const agents = [
      sampleAgent("away", { presence: "away", skills: ["spanish"] }),
      sampleAgent("unskilled"),
      sampleAgent("full", { load: 3, skills: ["spanish"] }),
      sampleAgent("fit", { skills: ["spanish", "french"] }),
      sampleAgent("fit-too", { skills: ["spanish"], load: 1 }),
      sampleAgent("non-member", { queueIds: ["billing"], skills: ["spanish"] }),
    ];
    const [found] = matchNow([sampleQueued({ skills: ["spanish"] })], agents).matches;
    expect(found?.decision).toEqual({
      decidedAt: NOW,
      agentId: "fit",
      chosenBy: "most-free-capacity",
      eligible: ["fit", "fit-too"],
      excluded: [
        { agentId: "away", reason: "presence" },
        { agentId: "unskilled", reason: "skills" },
        { agentId: "full", reason: "capacity" },
      ],
    });
  });

  it("does not let a conversation without an eligible agent block those behind it", () => {
    const waiting = [
      sampleQueued({ queuedAt: earlier(30), skills: ["klingon"] }, 0),
      sampleQueued({ queuedAt: earlier(20), capacityUnits: 9 }, 1),
      sampleQueued({ queuedAt: earlier(10) }, 2),
    ];
    const matching = matchNow(waiting, [sampleAgent("one")]);
    expect(pairs(matching, waiting)).toEqual(["2 > one"]);
    expect(matching.unmatched.map(({ conversation }) => waiting.indexOf(conversation))).toEqual([0, 1]);
  });

  it("matches an agent who already has a claim for the conversation, although no capacity is free", () => {
    const conversation = sampleQueued();
    const claims = { [conversation.id]: { units: 1, claimedAt: earlier(5), token: "left" } };
    const matching = matchNow([conversation], [sampleAgent("full", { load: 3, claims })]);
    expect(matching.matches).toHaveLength(1);
    expect(matching.agents[0]?.load).toBe(3);
  });
});

describe("hasFreeCapacity", () => {
  it.each([
    [true, "a member with a free unit", sampleAgent("one")],
    [false, "a member without a free unit", sampleAgent("one", { load: 3 })],
    [false, "a member who is away", sampleAgent("one", { presence: "away" })],
    [false, "an agent of another queue", sampleAgent("one", { queueIds: ["billing"] })],
  ])("is %s for %s", (expected, _, agent) => {
    expect(hasFreeCapacity([agent], { rules: queue, now: NOW })).toBe(expected);
  });
});

describe("any matching", () => {
  const skills = fc.subarray(["spanish", "french"]);
  const agent = fc.record({
    presence: fc.constantFrom(...presenceSchema.options),
    capacity: fc.nat(5),
    load: fc.nat(5),
    skills,
    queueIds: fc.subarray(["support", "billing"]),
    lastAssignedAt: fc.nat(100).map(earlier),
    presenceChosenAt: fc.nat(1000).map(earlier),
    believedUntil: fc.option(fc.integer({ min: -100, max: 100 }).map(earlier), { nil: undefined }),
    /** Indexes of the conversations that the agent has a claim for. */
    claimed: fc.subarray([0, 1, 2]),
  });
  const conversation = fc.record({
    priority: fc.nat(2),
    queuedAt: fc.nat(20).map(earlier),
    capacityUnits: fc.integer({ min: 1, max: 3 }),
    skills,
    declines: fc.array(
      fc.record({
        agentId: fc.constantFrom("agent-0", "agent-1"),
        declinedAt: fc.nat(1000).map(earlier),
        kind: fc.constantFrom("declined", "missed", "released"),
      }),
      { maxLength: 4 },
    ),
    preferred: fc.record({ agentIds: fc.subarray(["agent-1", "agent-2"]) }),
  });
  const rules = fc.record({
    allowedPresences: fc.subarray(["available", "busy", "away"] as const, { minLength: 1 }),
    assignmentMethod: fc.constantFrom("most-free-capacity" as const, "round-robin" as const),
    declineLimit: fc.integer({ min: 1, max: 3 }),
  });

  interface Case {
    readonly waiting: readonly QueuedConversation[];
    readonly agents: readonly Agent[];
    readonly rules: MatchingRules;
  }

  const anyCase: fc.Arbitrary<Case> = fc
    .tuple(fc.array(conversation, { maxLength: 12 }), fc.array(agent, { maxLength: 6 }), rules)
    .map(([conversations, agents, some]) => {
      const waiting = conversations.map((details, n) => sampleQueued(details, n));
      return {
        waiting,
        agents: agents.map(({ claimed, load, ...rest }, n) => {
          const mine = waiting.filter((_, i) => claimed.includes(i)).slice(0, load);
          const claims = mine.map(({ id, capacityUnits: units }) => [id, { units, claimedAt: NOW, token: "left" }]);
          return sampleAgent(`agent-${n}`, { ...rest, load, claims: Object.fromEntries(claims) });
        }),
        rules: sampleQueue(some),
      };
    });

  const always = (holds: (matching: Matching, given: Case) => void): void =>
    fc.assert(
      fc.property(anyCase, (given) => holds(matchNow(given.waiting, given.agents, given.rules), given)),
      { numRuns: 300 },
    );

  /** Whether an agent is eligible for a conversation, apart from capacity. */
  const isFit = (agent: Agent, { skills, declines }: QueuedConversation, rules: MatchingRules): boolean =>
    agent.queueIds.includes(rules.id) &&
    rules.allowedPresences.includes(presenceOf(agent, NOW)) &&
    skills.every((skill) => agent.skills.includes(skill)) &&
    !isExcludedBy(
      declines.filter(
        ({ agentId, declinedAt }) =>
          agentId === agent.id &&
          secondsBetween(declinedAt, NOW) < rules.declineMemorySeconds &&
          (agent.presenceChosenAt ?? "") <= declinedAt,
      ),
      rules,
    );

  const isExcludedBy = (declines: readonly Decline[], { declineLimit }: MatchingRules): boolean =>
    declines.length >= declineLimit || declines.some(({ kind }) => kind === "released");

  const cost = (agent: Agent, { id, capacityUnits: units }: QueuedConversation): number =>
    agent.claims[id] ? 0 : units;

  it("never exceeds the capacity of an agent", () => {
    always(({ matches, agents }, given) => {
      for (const before of given.agents) {
        const matched = matches.filter(({ agentId }) => agentId === before.id);
        const load = matched.reduce((sum, { conversation }) => sum + cost(before, conversation), before.load);
        if (matched.length > 0) expect(load).toBeLessThanOrEqual(before.capacity);
        const after = agents.find(({ id }) => id === before.id);
        if (after) expect(after.load).toBe(load);
      }
    });
  });

  it("returns each conversation exactly once, as matched or unmatched", () => {
    always(({ matches, unmatched }, { waiting }) => {
      const ids = [...matches, ...unmatched].map(({ conversation }) => conversation.id);
      expect(ids.toSorted()).toEqual(waiting.map(({ id }) => id).toSorted());
    });
  });

  it("matches eligible agents only", () => {
    always(({ matches }, { agents, rules }) => {
      for (const { conversation, agentId } of matches) {
        const agent = agents.find(({ id }) => id === agentId);
        expect(agent && isFit(agent, conversation, rules)).toBe(true);
      }
    });
  });

  it("leaves no conversation unmatched while an eligible agent has capacity for it", () => {
    always(({ unmatched, agents }, { rules }) => {
      for (const { conversation } of unmatched) {
        const could = agents.filter(
          (agent) => isFit(agent, conversation, rules) && agent.load + cost(agent, conversation) <= agent.capacity,
        );
        expect(could).toEqual([]);
      }
    });
  });

  it("keeps the order of arrival among conversations of one priority with the same eligible agents", () => {
    always(({ matches, unmatched }, { agents, rules }) => {
      const sameFor = (one: QueuedConversation, two: QueuedConversation) =>
        one.priority === two.priority &&
        agents.every(
          (agent) => isFit(agent, one, rules) === isFit(agent, two, rules) && cost(agent, one) === cost(agent, two),
        );
      for (const { conversation: left } of unmatched) {
        for (const { conversation: served } of matches) {
          if (sameFor(left, served)) expect(compareByTurn(served, left)).toBeLessThan(0);
        }
      }
    });
  });

  it("lists each member of the queue once, as eligible or as excluded", () => {
    always(({ matches, unmatched }, { agents, rules }) => {
      const members = agents.filter(({ queueIds }) => queueIds.includes(rules.id)).map(({ id }) => id);
      for (const { decision, agentId } of matches) {
        const named = [...decision.eligible, ...decision.excluded.map((exclusion) => exclusion.agentId)];
        expect(named.toSorted()).toEqual(members.toSorted());
        expect(decision.eligible).toContain(agentId);
      }
      for (const { excluded } of unmatched) {
        expect(excluded.map((exclusion) => exclusion.agentId).toSorted()).toEqual(members.toSorted());
      }
    });
  });

  it("does not depend on the order of conversations and agents", () => {
    always(({ matches }, { waiting, agents, rules }) => {
      const reversed = matchNow(waiting.toReversed(), agents.toReversed(), rules).matches;
      const pairsOf = (found: typeof matches) => found.map(({ conversation, agentId }) => [conversation.id, agentId]);
      expect(pairsOf(reversed)).toEqual(pairsOf(matches));
    });
  });

  it("does not change its input", () => {
    fc.assert(
      fc.property(anyCase, ({ waiting, agents, rules }) => {
        const before = structuredClone({ waiting, agents });
        matchNow(waiting, agents, rules);
        expect({ waiting, agents }).toEqual(before);
      }),
      { numRuns: 50 },
    );
  });
});
