import { describe, expect, it } from "vitest";
import { FILE_CONTACTS, readContactFile } from "./contact-file.ts";

const HEADER = "mobilePhone,firstName,lastName,tags";

const entriesOf = (csv: string) => {
  const file = readContactFile(csv);
  if (file.kind === "unreadable") throw new Error(file.reason);
  return file.entries;
};

describe("readContactFile", () => {
  it("reads each row as a contact, tags apart", () => {
    expect(entriesOf(`${HEADER}\n425 555 0123,Ana,Ruiz,vip; gold ;\n`)).toEqual([
      {
        kind: "draft",
        line: 2,
        draft: {
          ...{ mobilePhone: "425 555 0123", firstName: "Ana", lastName: "Ruiz", tags: ["vip", "gold"] },
          preferredAgentIds: [],
        },
      },
    ]);
  });

  it("takes columns in any order, with country and id", () => {
    const [entry] = entriesOf("id,country,tags,lastName,firstName,mobilePhone\nc1,ES,,Ruiz,Ana,612345678");
    expect(entry).toMatchObject({ kind: "draft", draft: { id: "c1", country: "ES", firstName: "Ana" } });
  });

  it("leaves an id and a country away that are empty", () => {
    const [entry] = entriesOf(`${HEADER},id,country\n425 555 0123,Ana,Ruiz,,,`);
    expect(entry).toMatchObject({ kind: "draft", draft: expect.not.objectContaining({ id: expect.anything() }) });
  });

  it("reads quoted commas, quotes and line ends, and counts lines on", () => {
    const rows = entriesOf(`${HEADER}\r\n4255550123,"Ana ""Ani""","Ruiz,\r\nSol",\r\n\r\n4255550124,Leo,,\r\n`);
    expect(rows).toMatchObject([
      { line: 3, draft: { firstName: 'Ana "Ani"', lastName: "Ruiz,\nSol" } },
      { line: 5, draft: { firstName: "Leo" } },
    ]);
  });

  it.each([
    ["too few fields", "4255550123,Ana", "has 2 fields; the first line names 4"],
    ["too many fields", "4255550123,Ana,Ruiz,,,", "has 6 fields; the first line names 4"],
    ["no number", ",Ana,Ruiz,", "mobilePhone: "],
    ["a name too long", `4255550123,${"x".repeat(101)},Ruiz,`, "firstName: "],
    ["a tag too long", `4255550123,Ana,Ruiz,vip;${"x".repeat(51)}`, "tags.1: "],
  ])("refuses a row with %s, and no other", (_, row, reason) => {
    expect(entriesOf(`${HEADER}\n${row}\n4255550124,Leo,Ruiz,`)).toMatchObject([
      { kind: "refused", line: 2, reason: expect.stringContaining(reason) },
      { kind: "draft", line: 3 },
    ]);
  });

  it("refuses an id that an earlier line has", () => {
    const [first, second] = entriesOf(`${HEADER},id\n4255550123,Ana,Ruiz,,c1\n4255550124,Leo,Ruiz,,c1`);
    expect(first?.kind).toBe("draft");
    expect(second).toEqual({ kind: "refused", line: 3, reason: "id: is on line 2 already" });
  });

  it("refuses a country that there is not", () => {
    const [entry] = entriesOf(`${HEADER},country\n4255550123,Ana,Ruiz,,XX`);
    expect(entry).toMatchObject({ kind: "refused", reason: expect.stringContaining("country: ") });
  });

  it.each([
    ["nothing", ""],
    ["no header", "4255550123,Ana,Ruiz,"],
    ["a column missing", "mobilePhone,firstName,lastName"],
    ["a column unknown", `${HEADER},nickname`],
    ["a column twice", `${HEADER},tags`],
    ["a quote that never ends", `${HEADER}\n"4255550123,Ana,Ruiz,`],
  ])("cannot read a file with %s", (_, csv) => {
    expect(readContactFile(csv)).toEqual({ kind: "unreadable", reason: expect.any(String) });
  });

  it("takes a file of the most contacts, and none with more", () => {
    const row = "4255550123,Ana,Ruiz,\n";
    expect(entriesOf(`${HEADER}\n${row.repeat(FILE_CONTACTS)}`)).toHaveLength(FILE_CONTACTS);
    expect(readContactFile(`${HEADER}\n${row.repeat(FILE_CONTACTS + 1)}`).kind).toBe("unreadable");
  });
});
