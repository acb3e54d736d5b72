import { describe, expect, it, vi } from "vitest";
import { advanceUntilSettled } from "../support/advance-until-settled.ts";
import { closeConversation, openAndAccept, textsOnHandset } from "../support/conversation-steps.ts";
import { Latch } from "../support/latch.ts";
import { shareTwin, startTeam } from "../support/team.ts";

const nextTeam = shareTwin();

describe("an Idempotency-Key", () => {
  const key = { "idempotency-key": "draft-1" };

  it("sends a reply once when the request is repeated", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    const first = await team.ana.reply(id, "Which one is it?", key);
    await team.twin.settled();
    const second = await team.ana.reply(id, "Which one is it?", key);
    await team.twin.settled();
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body.message.id).toBe(first.body.message.id);
    expect(textsOnHandset(team)).toEqual(["Which one is it?"]);
  });

  it("sends a reply once when requests are concurrent", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    const answers = await Promise.all(Array.from({ length: 5 }, () => team.ana.reply(id, "Which one is it?", key)));
    await team.twin.settled();
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    expect(new Set(answers.map(({ body }) => body.message.id)).size).toBe(1);
    expect(textsOnHandset(team)).toEqual(["Which one is it?"]);
  });

  it("is refused with another text, which is not sent", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    await team.ana.reply(id, "Which one is it?", key);
    const { status, body } = await team.ana.reply(id, "Which model is it?", key);
    expect([status, body.type]).toEqual([422, "urn:hilo:problem:idempotency-key-reused"]);
    await team.twin.settled();
    expect(textsOnHandset(team)).toEqual(["Which one is it?"]);
  });

  it("is refused when it is empty, and nothing is sent", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    const { status, body } = await team.ana.reply(id, "Which one is it?", { "idempotency-key": "" });
    expect([status, body.errors[0].field]).toEqual([422, "idempotency-key"]);
    await team.twin.settled();
    expect(textsOnHandset(team)).toEqual([]);
  });

  it("returns the first response even after the conversation has closed", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    const first = await team.ana.reply(id, "Good-bye.", key);
    await closeConversation(team.ana, id);
    const second = await team.ana.reply(id, "Good-bye.", key);
    expect([second.status, second.body.message.id]).toEqual([202, first.body.message.id]);
  });

  it("is independent of the same key in another conversation", async () => {
    const team = nextTeam();
    await team.ben.setPresence("away");
    const [one, two] = [
      await openAndAccept(team, "My tent leaks."),
      await openAndAccept(team, "My stove smokes.", "+14255550124"),
    ];
    expect((await team.ana.reply(one, "Which one is it?", key)).status).toBe(202);
    expect((await team.ana.reply(two, "Since when?", key)).status).toBe(202);
    await team.twin.settled();
    expect(textsOnHandset(team, "+14255550124")).toEqual(["Since when?"]);
  });
});

describe("several replies of one thread", () => {
  const words = ["One.", "Two.", "Three.", "Four."];

  it.each([
    { trouble: "nothing fails", faults: [] },
    { trouble: "the provider fails", faults: [{ on: "send", effect: "status", status: 500, times: 2 }] },
    {
      trouble: "the provider refuses our credentials",
      faults: [{ on: "send", effect: "status", status: 401, times: 3 }],
    },
    { trouble: "responses are lost", faults: [{ on: "send", effect: "drop-connection", times: 2 }] },
    { trouble: "the provider is slow", faults: [{ on: "send", effect: "delay", delayMs: 50 }] },
  ] as const)("arrive once and in order when $trouble", async ({ faults }) => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    for (const fault of faults) team.twin.phoneNetwork.addFault({ ...fault, match: team.number });
    for (const text of words) expect((await team.ana.reply(id, text)).status).toBe(202);
    await advanceUntilSettled(team.twin);
    expect(textsOnHandset(team)).toEqual(words);
  });

  it("arrive once and in order when the broker drops all connections and redelivers", async () => {
    const latch = new Latch("outbound-sms");
    const team = await startTeam({}, { faults: latch.faults });
    const id = await openAndAccept(team);
    latch.close();
    for (const text of words) expect((await team.ana.reply(id, text)).status).toBe(202);
    team.twin.serviceBus.faults.redeliverCompleted("outbound-sms", 2);
    await vi.waitFor(() => expect(latch.waitingCount).toBe(1));
    team.twin.serviceBus.dropConnections();
    latch.open();
    await team.twin.settled();
    expect(textsOnHandset(team)).toEqual(words);
  });
});
