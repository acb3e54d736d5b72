import { describe, expect, it } from "vitest";
import type { HttpResponse } from "../../../local/people.ts";
import {
  awaitReports,
  fetchReply,
  openAndAccept,
  replyAndAwaitReport,
  textsOnHandset,
} from "../support/conversation-steps.ts";
import { shareTwin } from "../support/team.ts";

const nextTeam = shareTwin();

describe("a reply whose provider fails for a while", () => {
  it.each([
    { name: "429", fault: { effect: "status", status: 429, retryAfterSeconds: 0, times: 2 } },
    { name: "500", fault: { effect: "status", status: 500 } },
    { name: "503", fault: { effect: "status", status: 503 } },
    {
      name: "503 for the recipient alone",
      fault: { effect: "refuse-recipient", httpStatusCode: 503, errorMessage: "-" },
    },
  ] as const)("is sent when the provider recovers: $name", async ({ fault }) => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    team.twin.phoneNetwork.addFault({ on: "send", match: team.number, ...fault });
    expect(await replyAndAwaitReport(team, id, "Which one is it?")).toMatchObject({ state: "delivered" });
    expect(textsOnHandset(team)).toEqual(["Which one is it?"]);
  });

  it("is sent once when the provider accepts it and the response is lost", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    team.twin.phoneNetwork.addFault({ on: "send", effect: "drop-connection", match: team.number });
    expect(await replyAndAwaitReport(team, id, "Which one is it?")).toMatchObject({ state: "delivered" });
    expect(textsOnHandset(team)).toEqual(["Which one is it?"]);
  });

  const refusedCredentials = { on: "send", effect: "status", status: 401 } as const;

  it("is sent after minutes, and before the next reply of its thread", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    team.twin.phoneNetwork.addFault({ ...refusedCredentials, times: 100, match: team.number });
    const replies = [await team.ana.reply(id, "Which one is it?"), await team.ana.reply(id, "Are you there?")];
    for (let minute = 0; minute < 5; minute++) {
      team.twin.clock.advance(60_000);
      expect((await fetchReply(team.ana, id, replies[0] as HttpResponse)).state).toBe("queued");
    }
    team.twin.phoneNetwork.clearFaults();
    await awaitReports(team);
    expect(textsOnHandset(team)).toEqual(["Which one is it?", "Are you there?"]);
  });

  it("fails after a quarter of an hour, shows the agent why, and lets the next reply go", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    team.twin.phoneNetwork.addFault({ ...refusedCredentials, times: 100, match: team.number });
    const lost = await team.ana.reply(id, "Which one is it?");
    await team.twin.settled();
    expect(await fetchReply(team.ana, id, lost)).toMatchObject({ state: "queued", postponedUntil: expect.any(String) });
    for (let minute = 0; minute < 15; minute++) {
      team.twin.clock.advance(60_000);
      await team.twin.settled();
    }
    const next = await team.ana.reply(id, "Are you there?");
    team.twin.phoneNetwork.clearFaults();
    team.twin.phoneNetwork.addFault({ ...refusedCredentials, times: 1, match: team.number });
    await awaitReports(team);
    expect(await fetchReply(team.ana, id, lost)).toMatchObject({ state: "failed", failure: "provider-unavailable" });
    expect(await fetchReply(team.ana, id, next)).toMatchObject({ state: "delivered" });
    expect(textsOnHandset(team)).toEqual(["Are you there?"]);
  });
});

describe("a reply that the provider refuses", () => {
  it.each([
    { what: "the recipient", fault: { effect: "refuse-recipient", errorMessage: "Invalid To phone number format." } },
    { what: "the request", fault: { effect: "status", status: 400 } },
  ] as const)("fails with the provider's code when $what is refused", async ({ fault }) => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    team.twin.phoneNetwork.addFault({ on: "send", match: team.number, ...fault });
    expect(await replyAndAwaitReport(team, id, "Which one is it?")).toMatchObject({
      state: "failed",
      failure: "text-rejected",
      code: "400",
    });
    expect(textsOnHandset(team)).toEqual([]);
    expect(await replyAndAwaitReport(team, id, "Are you there?")).toMatchObject({ state: "delivered" });
  });

  it("opts the customer out when the provider knows of an opt-out", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    team.twin.phoneNetwork.addFault({ on: "report", effect: "fail", code: 4007, match: team.number });
    expect(await replyAndAwaitReport(team, id, "Which one is it?")).toMatchObject({
      state: "failed",
      failure: "recipient-opted-out",
    });
    expect((await team.ana.call(`conversations/${id}`)).body.optedOut).toBe(true);
    expect((await team.ana.reply(id, "But wait!")).body.type).toBe("urn:hilo:problem:recipient-opted-out");
  });
});
