import { describe, expect, it } from "vitest";
import { awaitReports, openAndAccept } from "../support/conversation-steps.ts";
import { changeSetting } from "../support/quarantine-client.ts";
import { ROBIN, startTeam, type Team } from "../support/team.ts";

const SPANISH = { languages: ["es", "en"] as ("es" | "en")[], words: { stop: ["genug"], start: [], help: [] } };

/** TeleSign leaves all answers to Hilo. */
const startSpanishTeam = () =>
  startTeam({ channels: [{ id: "main", provider: "telesign", numberType: "long-code", keywords: SPANISH }] });

const answersOf = ({ twin, number }: Team): readonly string[] =>
  twin.phoneNetwork
    .handset(ROBIN)
    .filter(({ from, origin }) => from === number && origin === "sender")
    .map(({ text }) => text);

const isOptedOut = async ({ ana }: Team, id: string): Promise<boolean> =>
  (await ana.call(`conversations/${id}`)).body.optedOut;

describe("a channel with Spanish keywords", () => {
  it.each(["ALTO", "Parar.", "BAJA", "cancelar"])("answers the opt-out in Spanish: %s", async (word) => {
    const team = await startSpanishTeam();
    const id = await openAndAccept(team);
    await team.text(ROBIN, word);
    await awaitReports(team);
    expect(await isOptedOut(team, id)).toBe(true);
    expect(answersOf(team)).toEqual([expect.stringContaining("dejaremos de enviarle mensajes")]);
  });

  it("answers AYUDA in Spanish and HELP in English, and knows the channel's own word", async () => {
    const team = await startSpanishTeam();
    const id = await openAndAccept(team);
    await team.text(ROBIN, "AYUDA");
    await team.text(ROBIN, "help");
    await awaitReports(team);
    expect(answersOf(team)).toEqual([
      expect.stringContaining("escriba su pregunta"),
      expect.stringContaining("text your question"),
    ]);
    await team.text(ROBIN, "Genug!");
    expect(await isOptedOut(team, id)).toBe(true);
  });

  it("knows them from the moment that the administrator chooses them", async () => {
    const team = await startTeam();
    const id = await openAndAccept(team);
    await team.text(ROBIN, "BAJA");
    expect(await isOptedOut(team, id)).toBe(false);
    await changeSetting(team.admin, "channels/main", { keywords: SPANISH });
    await team.text(ROBIN, "BAJA");
    expect(await isOptedOut(team, id)).toBe(true);
  });
});
