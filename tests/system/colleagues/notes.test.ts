import { describe, expect, it } from "vitest";
import { messagesOf, openAndAccept, textsOnHandset } from "../support/conversation-steps.ts";
import { ROBIN, shareTwin, viewConversation } from "../support/team.ts";

const nextTeam = shareTwin();

describe("a note", () => {
  it("stands among the messages in order of time, is read by the next agent and never reaches the customer", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    const add = (text: string) => team.ana.call(`conversations/${id}/notes`, { body: { text } });
    expect((await add("Customer of long standing.")).status).toBe(201);
    await team.text(ROBIN, "It is the Ridge 2.");
    await team.ana.reply(id, "We send a new pole.");
    expect((await add("Ordered pole 4711.")).status).toBe(201);
    await team.twin.settled();
    await team.ana.act(id, "transfer", { agentId: team.ben.id });
    expect((await messagesOf(team.ben, id)).map(({ direction, text }) => [direction, text])).toEqual([
      ["inbound", "My tent leaks."],
      ["internal", "Customer of long standing."],
      ["inbound", "It is the Ridge 2."],
      ["outbound", "We send a new pole."],
      ["internal", "Ordered pole 4711."],
    ]);
    expect(textsOnHandset(team)).toEqual(["We send a new pole."]);
  });

  it("of a transfer is there when the next agent is offered the conversation, once", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    const body = { agentId: team.ben.id, note: "She wants a refund." };
    expect((await team.ana.act(id, "transfer", body)).status).toBe(200);
    expect((await messagesOf(team.ben, id)).map(({ direction, text }) => [direction, text])).toEqual([
      ["inbound", "My tent leaks."],
      ["internal", "She wants a refund."],
    ]);
    expect((await team.sofia.act(id, "transfer", body)).status).toBe(200);
    expect(await messagesOf(team.ben, id)).toHaveLength(3);
  });

  it("does not end the customer's wait, and is added once when the request is repeated", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    const add = () =>
      team.sofia.call(`conversations/${id}/notes`, {
        body: { text: "Be kind." },
        headers: { "idempotency-key": "note-1" },
      });
    const [first, second] = [await add(), await add()];
    expect(second.body).toEqual(first.body);
    expect(await messagesOf(team.ana, id)).toHaveLength(2);
    const { awaitsReply, lastStaffMessage } = await viewConversation(team, id);
    expect(awaitsReply).toBe(true);
    expect(lastStaffMessage).toMatchObject({ id: first.body.message.id, by: "sofia" });
  });
});
