import { describe, expect, it } from "vitest";
import { messagesOf, openAndAccept, textsOnHandset } from "../support/conversation-steps.ts";
import { shareTwin, type Team } from "../support/team.ts";

const nextTeam = shareTwin();

const write = (team: Team, id: string, path: "replies" | "notes", body: object, key: string) =>
  team.ana.call(`conversations/${id}/${path}`, { body, headers: { "idempotency-key": key } });

describe.each(["replies", "notes"] as const)("one of the %s that names the last message that was seen", (path) => {
  it("is refused while a colleague's newer note is unseen, and accepted once it is seen", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    const [text] = await messagesOf(team.ana, id);
    const note = (await team.sofia.call(`conversations/${id}/notes`, { body: { text: "I called her." } })).body.message;

    const body = { text: "Which one is it?", lastSeenMessageId: text?.id };
    for (const _ of ["first", "repeated"]) {
      const refused = await write(team, id, path, body, "key-1");
      expect([refused.status, refused.body.type]).toEqual([409, "urn:hilo:problem:newer-message"]);
      expect(refused.body.newerMessage).toEqual({ id: note.id, by: "sofia", at: note.createdAt });
    }
    await team.twin.settled();
    expect(textsOnHandset(team)).toEqual([]);

    const seen = { ...body, lastSeenMessageId: note.id };
    const accepted = await write(team, id, path, seen, "key-1");
    expect(accepted.body.message.text).toBe("Which one is it?");
    await team.sofia.call(`conversations/${id}/notes`, { body: { text: "Done." } });
    expect((await write(team, id, path, seen, "key-1")).body.message.id).toBe(accepted.body.message.id);
  });
});
