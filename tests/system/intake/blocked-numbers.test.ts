import { describe, expect, it } from "vitest";
import { openAndAccept, textsOf } from "../support/conversation-steps.ts";
import { ROBIN, startTeam, type Team } from "../support/team.ts";

const OTHER_NUMBER = "+18005550177";
const CHANNELS = [{ id: "main" }, { id: "other", number: OTHER_NUMBER }];
const DAY_MS = 86_400_000;

// The carrier blocks texts after STOP, but not after REVOKE, which only Hilo handles.
const OUR_STOP = "REVOKE";

const start = (): Promise<Team> => startTeam({ channels: CHANNELS });

const textOther = async ({ customer, twin }: Team, text: string): Promise<void> => {
  await customer(ROBIN).text(OTHER_NUMBER, text);
  await twin.settled();
};

const block = ({ sofia }: Team) => sofia.call("blocked-numbers", { body: { customer: ROBIN, reason: "spam" } });
const blockedIn = async ({ sofia }: Team): Promise<readonly string[]> => {
  const { body } = await sofia.call("blocked-numbers");
  return body.items.map(({ channelId }: { channelId: string }) => channelId).toSorted();
};
const lift = async ({ sofia }: Team) => {
  const { body } = await sofia.call("blocked-numbers?limit=1");
  return sofia.call(`blocked-numbers/${body.items[0].id}/end`, { body: { reason: "a mistake" } });
};

/** Everything that arrived on Robin's phone from the organisation. */
const received = ({ customer }: Team) => customer(ROBIN).received();
const openCount = async ({ sofia }: Team) => (await sofia.call("conversations")).body.items.length;

describe("a blocked number", () => {
  it("opens no conversation and gets no answer, until the block is lifted", async () => {
    const team = await start();
    const id = await openAndAccept(team, "Buy cheap tents!");
    expect(await team.ana.act(id, "block", { reason: "spam" })).toMatchObject({
      status: 200,
      body: { state: "closed", closeReason: "blocked" },
    });
    expect(await team.ana.workItems()).toEqual([]);
    for (const text of ["Buy cheap tents!!", "HELP", "info"]) await team.text(ROBIN, text);
    expect([await openCount(team), await received(team)]).toEqual([0, []]);
    expect(await textsOf(team.sofia, id, "thread")).toEqual(["Buy cheap tents!", "Buy cheap tents!!", "HELP", "info"]);

    expect((await lift(team)).status).toBe(200);
    expect(await blockedIn(team)).toEqual([]);
    await team.text(ROBIN, "I am sorry.");
    expect(await openCount(team)).toBe(1);
  });

  it("is blocked on the other channels too, where its conversation is closed", async () => {
    const team = await start();
    await textOther(team, "My tent leaks.");
    await team.text(ROBIN, "Buy cheap tents!");
    expect(await openCount(team)).toBe(2);
    expect((await block(team)).status).toBe(200);
    expect(await blockedIn(team)).toEqual(["main", "other"]);
    expect(await openCount(team)).toBe(0);
    await textOther(team, "Buy cheap tents!");
    expect([await openCount(team), await received(team)]).toEqual([0, []]);
  });

  it("can opt out and in, without a confirmation", async () => {
    const team = await start();
    await block(team);
    const optOuts = async () => (await team.admin.call("opt-outs")).body.items.length;
    await team.text(ROBIN, OUR_STOP);
    expect(await optOuts()).toBe(1);
    await team.text(ROBIN, "START");
    expect(await optOuts()).toBe(0);
    expect(await received(team)).toEqual([]);
  });

  it("has its texts kept for 30 days", async () => {
    const team = await start();
    const id = await openAndAccept(team, "My tent leaks.");
    await team.ana.act(id, "block", { reason: "spam" });
    await team.text(ROBIN, "Buy cheap tents!");
    const texts = () => textsOf(team.sofia, id, "thread");
    const pass = async (days: number) => {
      team.twin.clock.advance(days * DAY_MS);
      await Promise.all([team.twin.settled(), team.sofia.signIn()]);
    };
    await pass(29);
    expect(await texts()).toEqual(["My tent leaks.", "Buy cheap tents!"]);
    await pass(1);
    expect(await texts()).toEqual(["My tent leaks."]);
  });

  it("is blocked everywhere once a request that failed half way is repeated", async () => {
    const team = await start();
    await openAndAccept(team, "Buy cheap tents!");
    const fault = { kind: "unavailable" } as const;
    team.twin.cosmos.faults.inject({ container: "conversations", operation: "create", times: 100, fault });
    expect((await block(team)).status).toBe(503);
    team.twin.cosmos.faults.clear();
    expect(await blockedIn(team)).toEqual(["main"]);
    expect((await block(team)).status).toBe(200);
    expect(await blockedIn(team)).toEqual(["main", "other"]);
    expect(await openCount(team)).toBe(0);
  });

  it("leaves no trace of the number in the log or the audit", async () => {
    const lines: string[] = [];
    const team = await startTeam({ channels: CHANNELS }, { log: (entry) => void lines.push(JSON.stringify(entry)) });
    await block(team);
    await team.text(ROBIN, "Buy cheap tents!");
    const { body } = await team.admin.call("audit");
    expect(body.items).toMatchObject([{ operation: "add-blocked-number", target: { createdId: expect.any(String) } }]);
    expect([...lines, JSON.stringify(body)].filter((line) => line.includes(ROBIN.slice(1)))).toEqual([]);
  });
});
