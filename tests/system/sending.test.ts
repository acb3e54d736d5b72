import { describe, expect, it } from "vitest";
import type { HttpResponse } from "../../local/people.ts";
import { hearReports, onHandset, replyOf, sendAndHear, takeUp } from "./matter.ts";
import { ROBIN, shareTwin } from "./team.ts";

const nextTeam = shareTwin();

/** How often the broker delivers the wish to send a reply. */
const DELIVERIES = 10;

describe("provider 429 / 5xx / time-out", () => {
  it.each([
    { name: "429", fault: { effect: "status", status: 429, retryAfterSeconds: 0, times: 2 } },
    { name: "500", fault: { effect: "status", status: 500 } },
    { name: "503", fault: { effect: "status", status: 503 } },
    {
      name: "503 for the recipient alone",
      fault: { effect: "refuse-recipient", httpStatusCode: 503, errorMessage: "-" },
    },
  ] as const)("sends the reply when the provider is well again: $name", async ({ fault }) => {
    const team = nextTeam();
    const id = await takeUp(team);
    team.twin.phoneNetwork.addFault({ on: "send", match: team.number, ...fault });
    expect(await sendAndHear(team, id, "Which one is it?")).toMatchObject({ state: "delivered" });
    expect(onHandset(team)).toEqual(["Which one is it?"]);
  });

  it("waits as long as a busy provider asks for", async () => {
    const team = nextTeam();
    const id = await takeUp(team);
    const fault = { on: "send", effect: "status", status: 429, retryAfterSeconds: 1 } as const;
    team.twin.phoneNetwork.addFault({ ...fault, match: team.number });
    const { body } = await team.ana.reply(id, "Which one is it?");
    await team.twin.settled();
    const [received] = team.twin.phoneNetwork.handset(ROBIN).filter(({ from }) => from === team.number);
    expect(Date.parse(received?.receivedAt ?? "") - Date.parse(body.message.at)).toBeGreaterThanOrEqual(1000);
  });

  it("has one effect when the provider accepts the text and its answer is lost", async () => {
    const team = nextTeam();
    const id = await takeUp(team);
    team.twin.phoneNetwork.addFault({ on: "send", effect: "drop-connection", match: team.number });
    expect(await sendAndHear(team, id, "Which one is it?")).toMatchObject({ state: "delivered" });
    expect(onHandset(team)).toEqual(["Which one is it?"]);
  });

  // A key that is refused is not tried again within one delivery, which makes the tests quick.
  const refusedKey = { on: "send", effect: "status", status: 401 } as const;

  it("sends the reply when the provider was busy for minutes, and the one behind it after it", async () => {
    const team = nextTeam();
    const id = await takeUp(team);
    team.twin.phoneNetwork.addFault({ ...refusedKey, times: DELIVERIES, match: team.number });
    const replies = [await team.ana.reply(id, "Which one is it?"), await team.ana.reply(id, "Are you there?")];
    for (let minute = 0; minute < 5; minute++) {
      team.twin.clock.advance(60_000);
      expect((await replyOf(team.ana, id, replies[0] as HttpResponse)).state).toBe("queued");
    }
    team.twin.phoneNetwork.clearFaults();
    await hearReports(team);
    expect(onHandset(team)).toEqual(["Which one is it?", "Are you there?"]);
  });

  it("sends the reply at the last delivery, when all before failed", async () => {
    const team = nextTeam();
    const id = await takeUp(team);
    team.twin.phoneNetwork.addFault({ ...refusedKey, times: DELIVERIES - 1, match: team.number });
    expect(await sendAndHear(team, id, "Which one is it?")).toMatchObject({ state: "delivered" });
  });

  it("has the reply fail at the last delivery, where the agent sees why, and sends the next one", async () => {
    const team = nextTeam();
    const id = await takeUp(team);
    team.twin.phoneNetwork.addFault({ ...refusedKey, times: DELIVERIES, match: team.number });
    const lost = await team.ana.reply(id, "Which one is it?");
    const next = await team.ana.reply(id, "Are you there?");
    await hearReports(team);
    expect(await replyOf(team.ana, id, lost)).toMatchObject({ state: "failed", failure: "provider-unavailable" });
    expect(await replyOf(team.ana, id, next)).toMatchObject({ state: "delivered" });
    expect(onHandset(team)).toEqual(["Are you there?"]);
    expect(team.twin.serviceBus.snapshot()["outbound-sms"]).toMatchObject({ active: 0, locked: 0 });
  });
});

describe("provider says no", () => {
  it.each([
    { what: "the recipient", fault: { effect: "refuse-recipient", errorMessage: "Invalid To phone number format." } },
    { what: "the request", fault: { effect: "status", status: 400 } },
  ] as const)("has the reply fail with the provider's code when it refuses $what", async ({ fault }) => {
    const team = nextTeam();
    const id = await takeUp(team);
    team.twin.phoneNetwork.addFault({ on: "send", match: team.number, ...fault });
    expect(await sendAndHear(team, id, "Which one is it?")).toMatchObject({
      state: "failed",
      failure: "text-rejected",
      code: "400",
    });
    expect(onHandset(team)).toEqual([]);
    expect(await sendAndHear(team, id, "Are you there?")).toMatchObject({ state: "delivered" });
  });

  it("takes note of an opt-out that only the provider knew of", async () => {
    const team = nextTeam();
    const id = await takeUp(team);
    team.twin.phoneNetwork.addFault({ on: "report", effect: "fail", code: 4007, match: team.number });
    expect(await sendAndHear(team, id, "Which one is it?")).toMatchObject({
      state: "failed",
      failure: "recipient-opted-out",
    });
    expect((await team.ana.call(`conversations/${id}`)).body.optedOut).toBe(true);
    expect((await team.ana.reply(id, "But wait!")).body.type).toBe("urn:hilo:problem:recipient-opted-out");
  });
});
