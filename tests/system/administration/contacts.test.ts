import { describe, expect, it } from "vitest";
import { conversationIdFor } from "../support/organisation.ts";
import { shareTwin, startTeam, viewConversation } from "../support/team.ts";

const nextTeam = shareTwin();

/** All tests of this file share one twin, so each of them uses other numbers. */
const HEADER = "mobilePhone,firstName,lastName,tags";

describe("a contact", () => {
  it("is created with its number in E.164, and found by that number in any form", async () => {
    const { ana } = nextTeam();
    const { status, body, headers } = await ana.call("contacts", {
      body: { mobilePhone: "(425) 555-0130", firstName: "Lou", lastName: "Brook" },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ mobilePhone: "+14255550130", firstName: "Lou", tags: [], preferredAgentIds: [] });
    expect(headers.get("location")).toBe(`contacts/${body.id}`);
    for (const form of ["%2B14255550130", "+14255550130", "425-555-0130"]) {
      expect((await ana.call(`contacts?mobilePhone=${form}`)).body.items).toEqual([body]);
    }
  });

  it("has its number parsed in the given country", async () => {
    const { ana } = nextTeam();
    const { body } = await ana.call("contacts", { body: { mobilePhone: "07700 900123", country: "GB" } });
    expect(body.mobilePhone).toBe("+447700900123");
  });

  it.each(["12", "not a number"])("is not created with the number %j", async (mobilePhone) => {
    const { status, body } = await nextTeam().ana.call("contacts", { body: { mobilePhone } });
    expect(status).toBe(422);
    expect(body.errors[0].field).toBe("mobilePhone");
  });

  it("is created once under an Idempotency-Key, also when requests are concurrent", async () => {
    const { ana } = nextTeam();
    const create = () =>
      ana.call("contacts", { body: { mobilePhone: "425-555-0139" }, headers: { "idempotency-key": "form-1" } });
    const answers = [...(await Promise.all([create(), create(), create()])), await create()];
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    expect((await ana.call("contacts?mobilePhone=425-555-0139")).body.items).toHaveLength(1);
  });

  it("is created once under a given id", async () => {
    const { ana } = nextTeam();
    const body = { id: "chosen", mobilePhone: "425-555-0131" };
    expect((await ana.call("contacts", { body })).status).toBe(201);
    const again = await ana.call("contacts", { body: { ...body, mobilePhone: "425-555-0132" } });
    expect([again.status, again.body.type]).toEqual([409, "urn:hilo:problem:already-exists"]);
  });

  it("updates only the given members", async () => {
    const { ana } = nextTeam();
    const { body: made } = await ana.call("contacts", {
      body: { mobilePhone: "425-555-0133", firstName: "Lou", tags: ["vip"] },
    });
    const { status, body } = await ana.call(`contacts/${made.id}`, {
      method: "PATCH",
      body: { mobilePhone: "425-555-0134", lastName: "Brook" },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ mobilePhone: "+14255550134", firstName: "Lou", lastName: "Brook", tags: ["vip"] });
    expect((await ana.call("contacts?mobilePhone=425-555-0133")).body.items).toEqual([]);
    expect((await ana.call(`contacts/${made.id}`)).body).toEqual(body);
  });

  it("does not change when If-Match names an older version", async () => {
    const { ana } = nextTeam();
    const { body: made } = await ana.call("contacts", { body: { mobilePhone: "425-555-0135" } });
    const { headers } = await ana.call(`contacts/${made.id}`);
    const change = (firstName: string) =>
      ana.call(`contacts/${made.id}`, {
        method: "PATCH",
        body: { firstName },
        headers: { "if-match": headers.get("etag") ?? "" },
      });
    expect((await change("Lou")).status).toBe(200);
    expect((await change("Sue")).status).toBe(412);
  });

  it("gets a 404 when it does not exist", async () => {
    const { ana } = nextTeam();
    expect((await ana.call("contacts/unknown")).status).toBe(404);
    expect((await ana.call("contacts/unknown", { method: "PATCH", body: { firstName: "No" } })).status).toBe(404);
  });

  it("is shown in the conversation that its text opens", async () => {
    const team = nextTeam();
    const { body } = await team.ana.call("contacts", { body: { mobilePhone: "425-555-0136", firstName: "Lou" } });
    await team.text("+14255550136", "My tent leaks.");
    const { contact, contacts } = await viewConversation(
      team,
      conversationIdFor("+14255550136", { channelNumber: team.number }),
    );
    expect(contact).toEqual({ kind: "linked", contactId: body.id });
    expect(contacts).toEqual([body]);
  });
});

describe("all contacts", () => {
  it("are listed in pages, every contact once", async () => {
    const contacts = Array.from({ length: 7 }, (_, i) => ({ mobilePhone: `+1425555020${i}`, lastName: `Lake ${i}` }));
    const { ana } = await startTeam({ contacts });
    const pages: string[][] = [];
    let continuation = "";
    do {
      const { body } = await ana.call(`contacts?limit=3${continuation && `&continuation=${continuation}`}`);
      pages.push(body.items.map(({ lastName }: { lastName: string }) => lastName));
      continuation = body.continuation ?? "";
    } while (continuation);
    expect(pages.map(({ length }) => length)).toEqual([3, 3, 1]);
    expect(pages.flat()).toEqual(contacts.map(({ lastName }) => lastName));
  });

  it("are imported from CSV, with the outcome of every line", async () => {
    const { admin } = await startTeam({ contacts: [{ mobilePhone: "+14255550200", tags: ["vip"] }] });
    const file = [
      HEADER,
      "+14255550200,Robin,Lake,vip", // unchanged
      '(425) 555-0201,"Kim ""K""",Hill,vip;new',
      "+14255550201,Kim,Hill,", // shares the number
      "12,No,Number,",
      "+14255550202,Too,Few",
      "+14255550203,Sam,Field,",
    ].join("\r\n");
    const { status, body } = await importFile(admin, file);
    expect(status).toBe(200);
    expect(body).toMatchObject({ created: 3, updated: 0, unchanged: 1, refused: 2 });
    expect(body.lines.map(({ line, outcome }: { line: number; outcome: string }) => `${line} ${outcome}`)).toEqual([
      "2 unchanged",
      "3 created",
      "4 created",
      "5 refused",
      "6 refused",
      "7 created",
    ]);
    expect(body.lines[3].reason).toContain("mobilePhone");
    const { body: found } = await admin.call("contacts?mobilePhone=%2B14255550201");
    expect(found.items.map(({ firstName }: { firstName: string }) => firstName).toSorted()).toEqual(["Kim", 'Kim "K"']);
  });

  it("stay unchanged when the same file is imported again, and change when the file does", async () => {
    const { admin } = nextTeam();
    const line = "+14255550140,Robin,Lake,";
    expect((await importFile(admin, `${HEADER}\n${line}`)).body).toMatchObject({ created: 1 });
    expect((await importFile(admin, `${HEADER}\n${line}`)).body).toMatchObject({ created: 0, unchanged: 1 });
    const { body } = await importFile(admin, `${HEADER}\n${line}vip`);
    expect(body).toMatchObject({ created: 0, updated: 1 });
    expect((await admin.call(`contacts/${body.lines[0].contactId}`)).body.tags).toEqual(["vip"]);
  });

  it("are not imported from a file without the columns", async () => {
    const { status, body } = await importFile(nextTeam().admin, "name,phone\nRobin,+14255550141");
    expect(status).toBe(400);
    expect(body.detail).toContain("columns");
  });

  it("are imported from the file of a spreadsheet, and each broken line is refused alone", async () => {
    const file = [
      "sep=;",
      `${HEADER.replaceAll(",", ";")};country;;`,
      "0171 6783154;Leo;Sol;;DE;;",
      ";;;;;;",
      "491716783155;Eva;Sol;;DE;;",
      "34612345678.0;Lía;Sol;;ES;;",
      "1234;Nil;Sol;;DE;;",
      "5.25512E+11;Nil;Sol;;MX;;",
      '"+14255550142;Nil;Sol;;US;;',
      "0171 6783156;Ida;Sol;;DE;;",
    ].join("\r\n");
    const { admin } = nextTeam();
    const { body } = await importFile(admin, file);
    expect(body).toMatchObject({ created: 4, refused: 3 });
    const refused = body.lines.filter(({ outcome }: { outcome: string }) => outcome === "refused");
    expect(refused.map(({ reason }: { reason: string }) => reason)).toEqual([
      "mobilePhone: is not a phone number of the country",
      "mobilePhone: is not a phone number of the country",
      expect.stringContaining("quotation mark"),
    ]);
    const { body: found } = await admin.call("contacts?mobilePhone=%2B34612345678");
    expect(found.items).toMatchObject([{ firstName: "Lía" }]);
  });

  it("are the same when a name comes in another Unicode form or case", async () => {
    const { admin } = nextTeam();
    const [first, second] = [
      `${HEADER}\n+14255550143,José,Muñoz,`,
      `${HEADER}\n+14255550143,JOSE\u0301,mun\u0303oz\u200B,`,
    ];
    const { body } = await importFile(admin, first);
    expect((await importFile(admin, second)).body).toMatchObject({
      updated: 1,
      lines: [{ contactId: body.lines[0].contactId }],
    });
  });
});

const importFile = (admin: ReturnType<typeof nextTeam>["admin"], body: string) =>
  admin.call("contacts/import", { body, headers: { "content-type": "text/csv" } });
