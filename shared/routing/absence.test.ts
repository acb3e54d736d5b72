import { describe, expect, it } from "vitest";
import { type Details, sampleConversation } from "../../tests/fakes/sample-conversation.ts";
import { sampleAgent, sampleQueue } from "../../tests/fakes/sample-organisation.ts";
import { addSeconds, instantSchema } from "../kernel/instant.ts";
import { operatingHoursSchema } from "../settings/operating-hours.ts";
import { absenceOf, mayBeAbsent } from "./absence.ts";

/** A Monday. */
const NOW = instantSchema.parse("2026-03-02T10:30:00.000Z");
const ago = (seconds: number) => addSeconds(NOW, -seconds);
const RULES = sampleQueue({ agentOfflineSeconds: 900 });
const SILENT = sampleQueue({ agentOfflineSeconds: 900, agentSilentSeconds: 600 });

/** Open on Mondays from ten o'clock. */
const MONDAYS = operatingHoursSchema.parse({
  timeZone: "UTC",
  week: [{ day: "monday", from: "10:00", until: "18:00" }],
  holidays: [],
});

const absence = ({
  conversation: details = {},
  agent = {},
  rules = RULES,
  hours,
}: {
  readonly conversation?: Details;
  readonly agent?: Parameters<typeof sampleAgent>[1] | "none";
  readonly rules?: typeof RULES;
  readonly hours?: typeof MONDAYS;
}) => {
  const conversation = sampleConversation("active", {
    waitingSince: ago(86_400),
    stateChangedAt: ago(86_400),
    ...details,
  });
  if (!mayBeAbsent(conversation, rules, NOW)) return "not looked at";
  const found = agent === "none" ? undefined : sampleAgent("agent-a", agent);
  return absenceOf({ conversation, agent: found, rules, hours, now: NOW });
};

const offlineFor = (seconds: number) => ({ presence: "offline", presenceChosenAt: ago(seconds) }) as const;
const silentFor = (seconds: number) => ({ believedUntil: ago(seconds) });

describe("absenceOf", () => {
  it.each([
    ["who chose offline 15 minutes ago", offlineFor(900), "agent-offline"],
    ["who chose offline less than 15 minutes ago", offlineFor(899), undefined],
    ["whose lease ended 15 minutes ago", silentFor(900), "agent-offline"],
    ["whose lease ended less than 15 minutes ago", silentFor(899), undefined],
    ["who does not exist any more", "none", "agent-offline"],
    ["who is available", {}, undefined],
    ["who is away", { presence: "away" }, undefined],
  ] as const)("judges an agent %s", (_, agent, expected) => {
    expect(absence({ agent })).toBe(expected);
  });

  it("counts from when the customer began to wait", () => {
    const agent = offlineFor(86_400);
    expect(absence({ agent, conversation: { waitingSince: ago(900) } })).toBe("agent-offline");
    expect(absence({ agent, conversation: { waitingSince: ago(899) } })).toBe("not looked at");
  });

  it.each([
    ["the customer is not waiting for a reply", { waitingSince: undefined }],
    ["the conversation is queued", { state: "queued", queuedAt: ago(86_400) }],
    ["the conversation is in wrap-up", { state: "wrap-up", endsAt: NOW }],
  ])("does not look at the agent when %s", (_, conversation) => {
    expect(absence({ agent: offlineFor(86_400), conversation })).toBe("not looked at");
  });

  it.each([
    [600, "agent-silent"],
    [599, undefined],
  ])("judges an agent who has had the conversation for %i seconds and does not answer", (seconds, expected) => {
    expect(absence({ rules: SILENT, conversation: { stateChangedAt: ago(seconds) } })).toBe(expected);
  });

  it("counts within the operating hours of the queue only", () => {
    const agent = offlineFor(86_400);
    const rules = sampleQueue({ agentOfflineSeconds: 1800 });
    // It is half past ten.
    expect(absence({ agent, rules, hours: MONDAYS })).toBe("agent-offline");
    expect(absence({ agent, rules: sampleQueue({ agentOfflineSeconds: 1860 }), hours: MONDAYS })).toBeUndefined();
    const tuesdays = { ...MONDAYS, week: [{ day: "tuesday", from: "10:00", until: "18:00" } as const] };
    expect(absence({ agent, rules, hours: tuesdays })).toBeUndefined();
  });
});
