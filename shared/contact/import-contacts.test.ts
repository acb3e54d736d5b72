import { describe, expect, it } from "vitest";
import { makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleContact } from "../../tests/fakes/sample-organisation.ts";
import { TransientError } from "../kernel/errors.ts";
import { contactIdSchema } from "./contact.ts";
import { type Import, importContacts } from "./import-contacts.ts";

const csv = (...lines: string[]) => ["mobilePhone,firstName,lastName,tags,id", ...lines].join("\n");

const outcomesOf = (imported: Import) => {
  if (imported.kind === "unreadable") throw new Error(imported.reason);
  return imported.lines.map(({ outcome }) => outcome);
};
const idsOf = (imported: Import) => {
  if (imported.kind === "unreadable") throw new Error(imported.reason);
  return imported.lines.map((line) => (line.outcome === "refused" ? undefined : line.contactId));
};

describe("importContacts", () => {
  it("changes nothing when a file is imported again", async () => {
    const fakes = makeFakes();
    const file = csv("4255550123,Ana,Ruiz,vip,", "4255550124,Leo,Sol,,c1");
    const first = await importContacts(fakes, file);
    const second = await importContacts(fakes, file);
    expect(outcomesOf(first)).toEqual(["created", "created"]);
    expect(outcomesOf(second)).toEqual(["unchanged", "unchanged"]);
    expect(idsOf(second)).toEqual(idsOf(first));
  });

  it("imports several people with one number, in any form of it", async () => {
    const fakes = makeFakes();
    const imported = await importContacts(fakes, csv("4255550123,Ana,Ruiz,,", "+1 (425) 555-0123,Leo,Ruiz,,"));
    expect(outcomesOf(imported)).toEqual(["created", "created"]);
    expect((await fakes.contacts.list({ limit: 10 })).items).toMatchObject([
      { firstName: "Ana", mobilePhone: "+14255550123" },
      { firstName: "Leo", mobilePhone: "+14255550123" },
    ]);
  });

  it("creates a contact beside a retired one with its number, and brings a retired one back by its id", async () => {
    const retiredAt = "2026-01-01T00:00:00.000Z";
    const fakes = makeFakes({ contacts: [sampleContact("c1", { retiredAt })] });
    const imported = await importContacts(fakes, csv("+14255550123,Ana,Ruiz,,", "+14255550123,Ana,Ruiz,vip,c1"));
    expect(outcomesOf(imported)).toEqual(["created", "created"]);
    expect(idsOf(imported)).toEqual([expect.not.stringMatching("c1"), "c1"]);
    expect((await fakes.contacts.list({ limit: 10 })).items).toHaveLength(2);
  });

  it("updates the contact of an earlier line with the same number and names", async () => {
    const fakes = makeFakes();
    const imported = await importContacts(fakes, csv("4255550123,Ana,Ruiz,,", "+14255550123,Ana,Ruiz,vip,"));
    expect(outcomesOf(imported)).toEqual(["created", "updated"]);
    expect(new Set(idsOf(imported)).size).toBe(1);
  });

  it.each([
    ["in another Unicode form", "Jose\u0301", "Muñoz"],
    ["in capitals", "JOSÉ", "MUÑOZ"],
    ["without accents", "Jose", "Munoz"],
    ["with invisible characters", "\u200EJosé\u200B", "Mu\u00ADñoz"],
    ["with other spaces", "José\u00A0", " Muñoz"],
  ])("takes a name %s for the same contact", async (_, firstName, lastName) => {
    const fakes = makeFakes();
    const [first] = idsOf(await importContacts(fakes, csv("4255550123,José,Muñoz,,")));
    const [second] = idsOf(await importContacts(fakes, csv(`4255550123,${firstName},${lastName},,`)));
    expect(second).toBe(first);
    expect((await fakes.contacts.list({ limit: 10 })).items).toHaveLength(1);
  });

  it("prefers the contact whose name has the same form", async () => {
    const names = { firstName: "Ana", lastName: "Ruiz" };
    const contacts = [sampleContact("a", { ...names, firstName: "ANA" }), sampleContact("b", names)];
    const imported = await importContacts(makeFakes({ contacts }), csv("4255550123,Ana,Ruiz,,"));
    expect(idsOf(imported)).toEqual(["b"]);
  });

  it("updates number and names of the contact with the id of a line", async () => {
    const fakes = makeFakes({ contacts: [sampleContact("c1", { preferredAgentIds: ["agent-a"] })] });
    const imported = await importContacts(fakes, csv("4255550199,Anna,Sol,vip,c1"));
    expect(outcomesOf(imported)).toEqual(["updated"]);
    expect((await fakes.contacts.find(contactIdSchema.parse("c1")))?.value).toMatchObject({
      mobilePhone: "+14255550199",
      firstName: "Anna",
      lastName: "Sol",
      tags: ["vip"],
      preferredAgentIds: ["agent-a"],
    });
  });

  it("returns the lines in their order, refused ones included", async () => {
    const lines = Array.from({ length: 40 }, (_, i) => (i % 4 === 0 ? "12,No,One,," : `42555501${10 + i},A,B,,`));
    const imported = await importContacts(makeFakes(), csv(...lines));
    if (imported.kind === "unreadable") throw new Error(imported.reason);
    expect(imported.lines.map(({ line }) => line)).toEqual(lines.map((_, i) => i + 2));
    expect(imported.lines.filter(({ outcome }) => outcome === "refused")).toHaveLength(10);
  });

  it("refuses a number that is too short for E.164, or that may be of two subscribers, and imports the other lines", async () => {
    const file = ["mobilePhone,firstName,lastName,tags,country"];
    file.push("1234,No,One,,DE", "49352108949,No,Two,,DE", "0171 6783154,Leo,Sol,,DE", "491716783155,Eva,Sol,,DE");
    const imported = await importContacts(makeFakes(), file.join("\n"));
    expect(outcomesOf(imported)).toEqual(["refused", "refused", "created", "created"]);
    expect(imported).toMatchObject({
      lines: [
        { line: 2, reason: "mobilePhone: is not a phone number of the country" },
        { line: 3, reason: expect.stringContaining("write the plus") },
        { line: 4 },
        { line: 5 },
      ],
    });
  });

  it("finds the contact that has an older form of the number, and brings it to the canonical form", async () => {
    const ana = sampleContact("ana", { mobilePhone: "+5215512345678", firstName: "Ana", lastName: "Ruiz", tags: [] });
    const fakes = makeFakes({ contacts: [ana] });
    const file = csv("044 55 1234 5678,Ana,Ruiz,,").replace(",id", ",country").replace(/,$/, ",MX");
    const imported = await importContacts(fakes, file);
    expect([outcomesOf(imported), idsOf(imported)]).toEqual([["updated"], ["ana"]]);
    expect((await fakes.contacts.list({ limit: 10 })).items).toMatchObject([{ mobilePhone: "+525512345678" }]);
  });

  it("completes an interrupted import when it is repeated, without duplicates", async () => {
    const fakes = makeFakes();
    const file = csv(...Array.from({ length: 40 }, (_, i) => `42555501${10 + i},A,B,,`));
    let writes = 0;
    fakes.hooks.afterWrite = () => {
      writes += 1;
      if (writes === 20) throw new TransientError("store unreachable");
    };
    await expect(importContacts(fakes, file)).rejects.toThrow(TransientError);
    await importContacts(fakes, file);
    const { items } = await fakes.contacts.list({ limit: 100 });
    expect(items).toHaveLength(40);
    expect(new Set(items.map(({ mobilePhone }) => mobilePhone)).size).toBe(40);
  });
});
