import { describe, expect, it, vi } from "vitest";
import {
  awaitReports,
  fetchReply,
  openAndAccept,
  replyAndAwaitReport,
  textsOnHandset,
} from "../support/conversation-steps.ts";
import { deliver, reportEvent } from "../support/event-grid-events.ts";
import { quarantinedEvents } from "../support/quarantine-client.ts";
import { ROBIN, shareTwin, type Team } from "../support/team.ts";

const nextTeam = shareTwin();

/** Delivery codes of ACS that mean a failure, except 4007, and the failure that the agent sees. */
const FAILURES = [
  [4000, "text-rejected"],
  [4001, "sender-not-allowed"],
  [4002, "number-invalid"],
  [4003, "number-unsupported"],
  [4004, "number-not-in-use"],
  [4005, "blocked-by-carrier"],
  [4006, "handset-unreachable"],
  [4008, "too-many-texts"],
  [4009, "sender-not-allowed"],
  [4010, "sender-not-allowed"],
  [4020, "too-many-texts"],
  [5000, "unknown"],
  [5001, "provider-unavailable"],
  [9999, "unknown"],
] as const;

type ReportEffect =
  | { readonly effect: "lose" | "duplicate" | "regress" }
  | { readonly effect: "delay"; readonly delayMs: number }
  | { readonly effect: "fail"; readonly code: number; readonly reachesHandset?: boolean };

/** Injects faults into the next report on a text of the team. */
const injectReportFaults = ({ twin, number }: Team, ...effects: readonly ReportEffect[]): void => {
  for (const effect of effects) twin.phoneNetwork.addFault({ on: "report", match: number, ...effect });
};

describe("a delivery report", () => {
  it.each(["pascal-case", "cloud-events"] as const)("is read in the form %s", async (effect) => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    team.twin.phoneNetwork.addFault({ on: "event", effect, match: team.number });
    expect(await replyAndAwaitReport(team, id, "Which one is it?")).toMatchObject({ state: "delivered" });
  });

  it("says why a text failed, as a failure and as the provider's code", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    const seen: [string | undefined, string, string | undefined][] = [];
    for (const [code] of FAILURES) {
      injectReportFaults(team, { effect: "fail", code });
      const { state, code: reportedCode, failure } = await replyAndAwaitReport(team, id, `Try ${code}.`);
      seen.push([reportedCode, state, failure]);
    }
    expect(seen).toEqual(FAILURES.map(([code, failure]) => [String(code), "failed", failure]));
    expect(textsOnHandset(team)).toEqual([]);
  });

  it("leaves the reply sent, without a failure, when the carrier gives no report", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    injectReportFaults(team, { effect: "fail", code: 5002, reachesHandset: true });
    const reply = await replyAndAwaitReport(team, id, "Which one is it?");
    expect(reply).toMatchObject({ state: "sent" });
    expect(reply.failure).toBeUndefined();
  });

  it("leaves the reply sent until it arrives, or for good when it is lost", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    injectReportFaults(team, { effect: "delay", delayMs: 5000 });
    const late = await team.ana.reply(id, "Which one is it?");
    await awaitReports(team);
    expect(await fetchReply(team.ana, id, late)).toMatchObject({ state: "sent" });
    team.twin.clock.advance(5000);
    await team.twin.settled();
    expect(await fetchReply(team.ana, id, late)).toMatchObject({ state: "delivered" });

    injectReportFaults(team, { effect: "lose" });
    expect(await replyAndAwaitReport(team, id, "Are you there?")).toMatchObject({ state: "sent" });
  });

  it("finds its message by the provider's id when it has no tag", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    injectReportFaults(team, { effect: "lose" });
    const answer = await team.ana.reply(id, "Which one is it?");
    await team.twin.settled();
    const [received] = team.twin.phoneNetwork.handset(ROBIN).filter(({ from }) => from === team.number);
    const report = reportEvent(team.twin, { messageId: received?.messageId });
    expect(await deliver(team.twin, "sms-delivery-report", report)).toBe(202);
    expect(await fetchReply(team.ana, id, answer)).toMatchObject({ state: "delivered" });
  });
});

describe("an early, repeated, regressing or unknown delivery report", () => {
  it("changes nothing when it arrives twice", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    injectReportFaults(team, { effect: "duplicate" });
    const { state } = await replyAndAwaitReport(team, id, "Which one is it?");
    expect(state).toBe("delivered");
    expect(team.twin.eventGrid.deadLetters()).toEqual([]);
  });

  it.each([
    { first: [], state: "delivered" },
    { first: [{ effect: "fail", code: 4006 }], state: "failed" },
  ] as const)("leaves the reply $state when a later report says the opposite", async ({ first, state }) => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    injectReportFaults(team, ...first, { effect: "regress" });
    const answer = await team.ana.reply(id, "Which one is it?");
    await awaitReports(team);
    const before = await fetchReply(team.ana, id, answer);
    await awaitReports(team);
    const after = await fetchReply(team.ana, id, answer);
    expect(before.state).toBe(state);
    expect(after).toEqual(before);
  });

  it("leaves the reply delivered when it arrives before the send is recorded", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    const held = Promise.withResolvers<void>();
    let isFirst = true;
    const stop = team.twin.cosmos.onOperation((stage, { container, kind }) => {
      if (stage !== "before" || container !== "messages" || kind !== "patch" || !isFirst) return;
      isFirst = false;
      return held.promise;
    });
    const answer = await team.ana.reply(id, "Which one is it?");
    await vi.waitFor(() => expect(isFirst).toBe(false)); // sent but not recorded yet
    team.twin.clock.advance(100);
    await vi.waitFor(async () => expect(await fetchReply(team.ana, id, answer)).toMatchObject({ state: "delivered" }));
    held.resolve();
    await team.twin.settled();
    stop();
    expect(await fetchReply(team.ana, id, answer)).toMatchObject({ state: "delivered" });
  });

  it("leaves a customer opted in who opted in after the text was refused", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    injectReportFaults(team, { effect: "fail", code: 4007 }, { effect: "delay", delayMs: 5000 });
    const answer = await team.ana.reply(id, "Which one is it?");
    await team.twin.settled();
    team.twin.clock.advance(1000);
    await team.text(ROBIN, "START");
    team.twin.clock.advance(5000);
    await team.twin.settled();
    expect(await fetchReply(team.ana, id, answer)).toMatchObject({ state: "failed", failure: "recipient-opted-out" });
    expect((await team.ana.call(`conversations/${id}`)).body.optedOut).toBe(false);
  });

  it("is retried while its message is unknown, and quarantined in the end", async () => {
    const team = nextTeam();
    const event = reportEvent(team.twin, { messageId: "Outgoing_unknown", to: ROBIN });
    expect(await deliver(team.twin, "sms-delivery-report", event)).toBe(500);
    team.twin.clock.advance(120_000);
    expect(await deliver(team.twin, "sms-delivery-report", event)).toBe(202);
    expect(await quarantinedEvents(team.admin, event.id)).toMatchObject([
      { source: "sms-delivery-report", reason: "unknown-message", original: event },
    ]);
  });

  it.each([`${"0".repeat(24)}/out-unknown`, "something else"])(
    "is quarantined with the tag %j, which no reply has",
    async (Tag) => {
      const team = nextTeam();
      const receivedTimestamp = new Date(team.twin.clock.now() - 600_000).toISOString();
      const event = reportEvent(team.twin, { messageId: `Outgoing_${Tag.length}`, Tag, receivedTimestamp });
      expect(await deliver(team.twin, "sms-delivery-report", event)).toBe(202);
      expect(await quarantinedEvents(team.admin, event.id)).toMatchObject([
        { reason: "unknown-message", original: event },
      ]);
    },
  );
});
