import { describe, expect, it } from "vitest";
import type { HttpResponse } from "../../../local/people.ts";
import { conversationIdFor } from "../support/organisation.ts";
import { bringTo, loadOf, setCapacity, shareTwin, viewConversation } from "../support/team.ts";

const nextTeam = shareTwin();
const KIM = "+14255550124";

const statusesOf = (answers: readonly HttpResponse[]): readonly number[] =>
  answers.map(({ status }) => status).toSorted();

describe("concurrent requests", () => {
  it("accept an offer once", async () => {
    const team = nextTeam();
    const id = await bringTo("offered", team);
    await team.ana.signIn();
    const answers = await Promise.all(Array.from({ length: 8 }, () => team.ana.act(id, "accept")));
    expect(statusesOf(answers)).toEqual([200, 409, 409, 409, 409, 409, 409, 409]);
    expect(answers.filter(({ status }) => status === 409).map(({ body }) => body.state)).toEqual(
      Array(7).fill("active"),
    );
    expect(await loadOf(team.ana)).toBe(1);
  });

  it("give a waiting conversation to one of two agents who pick it", async () => {
    const team = nextTeam();
    const id = await bringTo("queued", team);
    const answers = await Promise.all([team.ana.act(id, "pick"), team.ben.act(id, "pick")]);
    expect(statusesOf(answers)).toEqual([200, 409]);
    const winner = answers[0]?.status === 200 ? team.ana : team.ben;
    const loser = winner === team.ana ? team.ben : team.ana;
    expect((await viewConversation(team, id)).agentId).toBe(winner.id);
    await team.twin.settled();
    expect([await loadOf(winner), await loadOf(loser)]).toEqual([1, 0]);
  });

  it("give one of two waiting conversations to an agent who picks both and has capacity for one", async () => {
    const team = nextTeam();
    await setCapacity(team, team.ana, 1);
    const robins = await bringTo("queued", team);
    await team.text(KIM, "Where is my order?");
    const kims = conversationIdFor(KIM, { channelNumber: team.number });
    const answers = await Promise.all([team.ana.act(robins, "pick"), team.ana.act(kims, "pick")]);
    expect(statusesOf(answers)).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.type).toBe("urn:hilo:problem:insufficient-capacity");
    await team.twin.settled();
    expect(await loadOf(team.ana)).toBe(1);
    expect(await team.ana.workItems("active")).toHaveLength(1);
  });

  it("both succeed when an agent accepts two offers", async () => {
    const team = nextTeam();
    await team.ben.setPresence("away");
    const robins = await bringTo("offered", team);
    await team.text(KIM, "Where is my order?");
    const kims = conversationIdFor(KIM, { channelNumber: team.number });
    const answers = await Promise.all([team.ana.act(robins, "accept"), team.ana.act(kims, "accept")]);
    expect(statusesOf(answers)).toEqual([200, 200]);
    expect(await loadOf(team.ana)).toBe(2);
  });

  it("cannot accept a second conversation for an agent with capacity for one", async () => {
    const team = nextTeam();
    await setCapacity(team, team.ana, 1);
    await team.ben.setPresence("away");
    const robins = await bringTo("offered", team);
    await team.text(KIM, "Where is my order?");
    const kims = conversationIdFor(KIM, { channelNumber: team.number });
    const answers = await Promise.all([team.ana.act(robins, "accept"), team.ana.act(kims, "accept")]);
    expect(answers.map(({ status }) => status)).toEqual([200, 409]);
    expect(await loadOf(team.ana)).toBe(1);
  });

  it("of an agent who accepts and a supervisor who closes take effect one after the other", async () => {
    const team = nextTeam();
    const id = await bringTo("offered", team);
    await Promise.all([team.ana.act(id, "accept"), team.sofia.act(id, "end")]);
    await team.twin.settled();
    expect((await viewConversation(team, id)).state).toBe("closed");
    expect(await loadOf(team.ana)).toBe(0);
  });

  it("leave a conversation that is transferred twice in one of the two places", async () => {
    const team = nextTeam();
    const cleo = team.colleague("cleo");
    const id = await bringTo("active", team);
    const answers = await Promise.all([
      team.ana.act(id, "transfer", { agentId: team.ben.id }),
      team.ana.act(id, "transfer", { queueId: "billing" }),
    ]);
    expect(statusesOf(answers)[0]).toBe(200);
    await team.twin.settled();
    const { offer } = await viewConversation(team, id);
    const loads = [await loadOf(team.ana), await loadOf(team.ben), await loadOf(cleo)];
    expect(loads).toEqual(offer.agentId === cleo.id ? [0, 0, 1] : [0, 1, 0]);
  });
});
