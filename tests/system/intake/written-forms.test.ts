import { describe, expect, it } from "vitest";
import {
  awaitReports,
  closeConversation,
  fetchReply,
  openAndAccept,
  textsOf,
  textsOnHandset,
} from "../support/conversation-steps.ts";
import { startTeam } from "../support/team.ts";

/** The written forms of a Mexican number: that of today, and the one that providers still write. */
const [CANONICAL, OLD] = ["+525512345678", "+5215512345678"];
const [CHANNEL, OLD_CHANNEL] = ["+525587654321", "+5215587654321"];

// The carrier blocks texts after STOP, but not after REVOKE, which only Hilo handles.
const OUR_STOP = "REVOKE";

describe("a customer whose number has two written forms", () => {
  it("is the contact that has the other form", async () => {
    const team = await startTeam({ contacts: [{ id: "robin", mobilePhone: CANONICAL }] });
    const id = await openAndAccept(team, "Mi tienda gotea.", OLD);
    const { body } = await team.ana.call(`conversations/${id}`);
    expect(body).toMatchObject({ customer: OLD, contact: { kind: "linked", contactId: "robin" } });
  });

  it("becomes a contact from a list of old numbers", async () => {
    const team = await startTeam();
    const file = `mobilePhone,firstName,lastName,tags,country\n044 55 1234 5678,Robin,Lake,,MX`;
    const { body } = await team.admin.call("contacts/import", {
      method: "POST",
      body: file,
      headers: { "content-type": "text/csv" },
    });
    const id = await openAndAccept(team, "Mi tienda gotea.", OLD);
    const [{ contactId }] = body.lines;
    expect((await team.ana.call(`conversations/${id}`)).body.contact).toEqual({ kind: "linked", contactId });
  });

  it("has one conversation, and gets replies where the last text came from", async () => {
    const team = await startTeam();
    await team.ben.setPresence("away");
    const id = await openAndAccept(team, "One.", OLD);
    await team.text(CANONICAL, "Two.");
    expect(await textsOf(team.ana, id)).toEqual(["One.", "Two."]);
    await team.ana.reply(id, "Three.");
    await awaitReports(team);
    await team.text(OLD, "Four.");
    await team.ana.reply(id, "Five.");
    await awaitReports(team);
    expect([textsOnHandset(team, CANONICAL), textsOnHandset(team, OLD)]).toEqual([["Three."], ["Five."]]);
    await closeConversation(team.ana, id);
    const next = await openAndAccept(team, "Six.", CANONICAL);
    expect(await textsOf(team.ana, next, "thread")).toEqual(["One.", "Two.", "Three.", "Four.", "Five.", "Six."]);
  });

  it("gets no reply in any form after a STOP in one, until a START in any", async () => {
    const team = await startTeam();
    const id = await openAndAccept(team, "One.", CANONICAL);
    await team.text(OLD, OUR_STOP);
    expect((await team.ana.reply(id, "But wait!")).body.type).toBe("urn:hilo:problem:recipient-opted-out");
    await team.text(CANONICAL, "Still here?");
    expect((await team.ana.reply(id, "But wait!")).status).toBe(409);
    await team.text(CANONICAL, "START");
    const answer = await team.ana.reply(id, "Welcome back.");
    await awaitReports(team);
    expect(await fetchReply(team.ana, id, answer)).toMatchObject({ state: "delivered" });
    expect([textsOnHandset(team, OLD), textsOnHandset(team, CANONICAL)]).toEqual([[], ["Welcome back."]]);
  });

  it("is opted out by an administrator who writes the number in another form", async () => {
    const team = await startTeam();
    const id = await openAndAccept(team, "One.", OLD);
    const body = { channelId: "main", customer: CANONICAL, reason: "asked on the phone" };
    expect((await team.admin.call("opt-outs", { method: "POST", body })).status).toBe(200);
    expect((await team.ana.reply(id, "But wait!")).body.type).toBe("urn:hilo:problem:recipient-opted-out");
  });
});

describe("a channel whose number has two written forms", () => {
  it.each([
    [CHANNEL, OLD_CHANNEL],
    [OLD_CHANNEL, CHANNEL],
  ])("is %s in the settings and receives what the provider writes to %s", async (number, written) => {
    const team = await startTeam({ channels: [{ id: "main", number }] });
    team.twin.phoneNetwork.text({ from: OLD, to: written, text: "One." });
    await team.twin.settled();
    const [id = ""] = await team.ana.workItems("offered");
    await team.ana.act(id, "accept");
    await team.ana.reply(id, "Two.");
    await awaitReports(team);
    expect(textsOnHandset({ ...team, number }, OLD)).toEqual(["Two."]);
    expect(await textsOf(team.ana, id)).toEqual(["One.", "Two."]);
  });
});
