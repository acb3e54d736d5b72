import { describe, expect, it } from "vitest";
import { closeConversation, openAndAccept, textsOf } from "../support/conversation-steps.ts";
import { ROBIN, shareTwin } from "../support/team.ts";

const nextTeam = shareTwin();

/** Reactions of iPhones and Android phones to a text that names the keyword STOP. */
const REACTIONS = [
  "Liked “We are open until five. Reply STOP to opt out.”",
  "Laughed at “We are open until five. Reply STOP to opt out.”",
  "Reacted 😂 to “We are open until five. Reply STOP to opt out.”",
  "👍 to “We are open until five. Reply STOP to opt out.”",
  "Removed a heart from “We are open until five. Reply STOP to opt out.”",
  "Le gustó “Abrimos hasta las cinco. Responda ALTO para no recibir mensajes.”",
];

describe("a reaction to a text", () => {
  it.each(REACTIONS)("stays with the thread once the conversation has closed: %s", async (reaction) => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    await closeConversation(team.ana, id);
    await team.text(ROBIN, reaction);
    expect([await team.ana.workItems(), await team.ben.workItems()]).toEqual([[], []]);
    expect(await textsOf(team.ana, id, "thread")).toEqual(["My tent leaks.", reaction]);
  });

  it.each(REACTIONS)("is shown in the open conversation, and asks for nothing: %s", async (reaction) => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    await team.ana.act(id, "park");
    await team.text(ROBIN, reaction);
    expect((await team.ana.call(`conversations/${id}`)).body).toMatchObject({
      state: "waiting",
      preview: "My tent leaks.",
      asksToStop: false,
      optedOut: false,
    });
    expect(await textsOf(team.ana, id)).toEqual(["My tent leaks.", reaction]);
  });
});

describe("a text that asks to stop in other words", () => {
  it.each(["pls stop", "I said stop", "unsuscribe me", "No me escriban más", "wrong number", "STOPP"])(
    "opens a conversation that is marked: %s",
    async (words) => {
      const team = nextTeam();
      const id = await openAndAccept(team, words);
      expect((await team.ana.call(`conversations/${id}`)).body).toMatchObject({ asksToStop: true, optedOut: false });
    },
  );
});
