import { describe, expect, it } from "vitest";
import { conversationIdFor } from "../support/organisation.ts";
import { bringTo, ROBIN, shareTwin } from "../support/team.ts";

const nextTeam = shareTwin();
const MINE = ["offered", "active", "waiting", "wrap-up"] as const;
const KIM = "+14255550124";
const SAM = "+14255550125";

describe("my work items", () => {
  it.each(MINE)("contain a conversation that is %s under that state only", async (state) => {
    const team = nextTeam();
    const id = await bringTo(state, team);
    for (const listed of MINE)
      expect([listed, await team.ana.workItems(listed)]).toEqual([listed, listed === state ? [id] : []]);
    expect(await team.ana.workItems()).toEqual([id]);
    expect(await team.ben.workItems()).toEqual([]);
  });

  it.each(["queued", "closed"] as const)("do not contain a conversation that is %s", async (state) => {
    const team = nextTeam();
    await bringTo(state, team);
    expect(await team.ana.workItems()).toEqual([]);
  });

  it("contain a closed conversation on request, for the agent who last worked on it", async () => {
    const team = nextTeam();
    const id = await bringTo("closed", team);
    expect(await team.ana.workItems("closed")).toEqual([id]);
    expect(await team.ben.workItems("closed")).toEqual([]);
  });

  it("are a 304 without a body for a client that has them, until they change", async () => {
    const team = nextTeam();
    const id = await bringTo("offered", team);
    const { headers } = await team.ana.call("me/work-items");
    const poll = () => team.ana.call("me/work-items", { headers: { "if-none-match": headers.get("etag") ?? "" } });
    const unchanged = await poll();
    expect([unchanged.status, unchanged.body]).toEqual([304, ""]);
    expect(unchanged.headers.get("etag")).toBe(headers.get("etag"));
    await team.ana.act(id, "accept");
    const changed = await poll();
    expect([changed.status, changed.body.items[0].state]).toEqual([200, "active"]);
  });

  it("come with the latest change first, in pages", async () => {
    const team = nextTeam();
    await team.ben.setPresence("away");
    const robins = await bringTo("offered", team);
    await team.text(KIM, "Where is my order?");
    await team.ana.act(robins, "accept");
    const { body: first } = await team.ana.call("me/work-items?limit=1");
    expect(first.items[0].id).toBe(robins);
    const { body: second } = await team.ana.call(`me/work-items?limit=1&continuation=${first.continuation}`);
    expect(second.items[0].id).toBe(conversationIdFor(KIM, { channelNumber: team.number }));
  });
});

describe("the open items of a queue", () => {
  it("are those without an agent, oldest first", async () => {
    const team = nextTeam();
    await team.ben.setPresence("away");
    await bringTo("active", team);
    await team.ana.setPresence("away");
    await team.text(KIM, "Where is my order?");
    await team.text(SAM, "When do you open?");
    const { body } = await team.ben.call(`queues/${team.queueId}/work-items`);
    expect(body.items.map(({ preview }: { preview: string }) => preview)).toEqual([
      "Where is my order?",
      "When do you open?",
    ]);
  });

  it("are visible to supervisors, who are members of no queue", async () => {
    const team = nextTeam();
    const id = await bringTo("queued", team);
    const { body } = await team.sofia.call(`queues/${team.queueId}/work-items`);
    expect(body.items).toMatchObject([{ id }]);
  });
});

describe("the messages of a conversation", () => {
  it("come newest first, in pages", async () => {
    const team = nextTeam();
    const id = await bringTo("active", team);
    await team.ana.reply(id, "Which model is it?");
    await team.text(ROBIN, "The Ridge 2.");
    const { body: first } = await team.ana.call(`conversations/${id}/messages?limit=2`);
    expect(textsOf(first)).toEqual(["The Ridge 2.", "Which model is it?"]);
    const { body: second } = await team.ana.call(`conversations/${id}/messages?continuation=${first.continuation}`);
    expect(textsOf(second)).toEqual(["My tent leaks."]);
    expect(second.continuation).toBeUndefined();
  });

  it("include those of earlier conversations when the whole thread is requested", async () => {
    const team = nextTeam();
    await bringTo("closed", team);
    await team.text(ROBIN, "It leaks again.");
    const path = `conversations/${conversationIdFor(ROBIN, { number: 2, channelNumber: team.number })}/messages`;
    expect(textsOf((await team.ana.call(path)).body)).toEqual(["It leaks again."]);
    expect(textsOf((await team.ana.call(`${path}?thread=true`)).body)).toEqual(["It leaks again.", "My tent leaks."]);
  });
});

const textsOf = ({ items }: { readonly items: readonly { readonly text: string }[] }) => items.map(({ text }) => text);
