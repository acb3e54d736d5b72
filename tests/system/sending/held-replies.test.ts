import { describe, expect, it } from "vitest";
import { advanceUntilSettled } from "../support/advance-until-settled.ts";
import { fetchReply, openAndAccept, textsOnHandset } from "../support/conversation-steps.ts";
import { ROBIN, startTeam, type Team, viewConversation } from "../support/team.ts";

const hold = (team: Team, id: string, text: string) =>
  team.ana.call(`conversations/${id}/replies`, { body: { text, holdSeconds: 30 } });

const withdraw = (team: Team, id: string, { body }: Awaited<ReturnType<typeof hold>>) =>
  team.ana.call(`conversations/${id}/replies/${body.message.id}`, { method: "DELETE" });

const pass = async ({ twin }: Team, milliseconds: number) => {
  twin.clock.advance(milliseconds);
  await twin.settled();
};

describe("a held reply", () => {
  it("reaches the customer after the hold, in order, also when the agent ends the conversation in between", async () => {
    const team = await startTeam();
    const id = await openAndAccept(team);
    const held = await hold(team, id, "First.");
    expect([held.status, held.body.message.state]).toEqual([202, "held"]);
    await team.ana.reply(id, "Second.");
    await team.ana.act(id, "end");
    await team.twin.settled();
    expect(textsOnHandset(team)).toEqual([]);
    await pass(team, 30_000);
    await advanceUntilSettled(team.twin);
    expect(textsOnHandset(team)).toEqual(["First.", "Second."]);
    expect((await withdraw(team, id, held)).body.type).toBe("urn:hilo:problem:reply-not-held");
  });

  it("never reaches the customer once it is withdrawn, and the customer still waits", async () => {
    const team = await startTeam();
    const id = await openAndAccept(team);
    const held = await hold(team, id, "Wrong window.");
    const answers = [await withdraw(team, id, held), await withdraw(team, id, held)];
    expect(answers.map(({ status, body }) => [status, body.state])).toEqual([
      [200, "withdrawn"],
      [200, "withdrawn"],
    ]);
    await pass(team, 120_000);
    expect(textsOnHandset(team)).toEqual([]);
    expect(await fetchReply(team.ana, id, held)).toMatchObject({ state: "withdrawn" });
    expect(await viewConversation(team, id)).toMatchObject({ awaitsReply: true });
    await team.ana.reply(id, "The right one.");
    await team.twin.settled();
    expect(textsOnHandset(team)).toEqual(["The right one."]);
    expect(await viewConversation(team, id)).toMatchObject({ awaitsReply: false });
  });

  it("is not sent when the customer opts out during the hold", async () => {
    const team = await startTeam();
    const id = await openAndAccept(team);
    const held = await hold(team, id, "Too late.");
    await team.text(ROBIN, "STOP");
    await pass(team, 30_000);
    expect(textsOnHandset(team)).toEqual([]);
    expect(await fetchReply(team.ana, id, held)).toMatchObject({ state: "failed", failure: "recipient-opted-out" });
  });
});
