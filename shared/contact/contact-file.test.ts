import { describe, expect, it } from "vitest";
import { MAX_FILE_CONTACTS, parseContactFile } from "./contact-file.ts";

const HEADER = "mobilePhone,firstName,lastName,tags";

const entriesOf = (csv: string) => {
  const file = parseContactFile(csv);
  if (file.kind === "unreadable") throw new Error(file.reason);
  return file.entries;
};

describe("parseContactFile", () => {
  it("parses every row as a contact, and separates its tags", () => {
    expect(entriesOf(`${HEADER}\n425 555 0123,Ana,Ruiz,vip; gold ;\n`)).toEqual([
      {
        kind: "draft",
        line: 2,
        draft: {
          mobilePhone: "425 555 0123",
          firstName: "Ana",
          lastName: "Ruiz",
          tags: ["vip", "gold"],
          preferredAgentIds: [],
        },
      },
    ]);
  });

  it("accepts columns in any order, with country and id", () => {
    const [entry] = entriesOf("id,country,tags,lastName,firstName,mobilePhone\nc1,ES,,Ruiz,Ana,612345678");
    expect(entry).toMatchObject({ kind: "draft", draft: { id: "c1", country: "ES", firstName: "Ana" } });
  });

  it("ignores an empty id and an empty country", () => {
    const [entry] = entriesOf(`${HEADER},id,country\n425 555 0123,Ana,Ruiz,,,`);
    expect(entry).toMatchObject({ kind: "draft", draft: expect.not.objectContaining({ id: expect.anything() }) });
  });

  it("parses quoted commas, quotes and line ends, and counts their lines", () => {
    const rows = entriesOf(`${HEADER}\r\n4255550123,"Ana ""Ani""","Ruiz,\r\nSol",\r\n\r\n4255550124,Leo,,\r\n`);
    expect(rows).toMatchObject([
      { line: 3, draft: { firstName: 'Ana "Ani"', lastName: "Ruiz,\nSol" } },
      { line: 5, draft: { firstName: "Leo" } },
    ]);
  });

  it.each([
    ["too few fields", "4255550123,Ana", "has 2 fields; the header has 4"],
    ["too many fields", "4255550123,Ana,Ruiz,,,", "has 6 fields; the header has 4"],
    ["no number", ",Ana,Ruiz,", "mobilePhone: "],
    ["a name too long", `4255550123,${"x".repeat(101)},Ruiz,`, "firstName: "],
    ["a tag too long", `4255550123,Ana,Ruiz,vip;${"x".repeat(51)}`, "tags.1: "],
  ])("refuses a row with %s, and no other row", (_, row, reason) => {
    expect(entriesOf(`${HEADER}\n${row}\n4255550124,Leo,Ruiz,`)).toMatchObject([
      { kind: "refused", line: 2, reason: expect.stringContaining(reason) },
      { kind: "draft", line: 3 },
    ]);
  });

  it("refuses an id of an earlier line", () => {
    const [first, second] = entriesOf(`${HEADER},id\n4255550123,Ana,Ruiz,,c1\n4255550124,Leo,Ruiz,,c1`);
    expect(first?.kind).toBe("draft");
    expect(second).toEqual({ kind: "refused", line: 3, reason: "id: is already on line 2" });
  });

  it("refuses a country that does not exist", () => {
    const [entry] = entriesOf(`${HEADER},country\n4255550123,Ana,Ruiz,,XX`);
    expect(entry).toMatchObject({ kind: "refused", reason: expect.stringContaining("country: ") });
  });

  it.each([
    ["no content", ""],
    ["no header", "4255550123,Ana,Ruiz,"],
    ["a missing column", "mobilePhone,firstName,lastName"],
    ["an unknown column", `${HEADER},nickname`],
    ["a repeated column", `${HEADER},tags`],
    ["an unclosed quote", `${HEADER}\n"4255550123,Ana,Ruiz,`],
  ])("returns `unreadable` for a file with %s", (_, csv) => {
    expect(parseContactFile(csv)).toEqual({ kind: "unreadable", reason: expect.any(String) });
  });

  it("accepts 10,000 contacts, and no more", () => {
    const row = "4255550123,Ana,Ruiz,\n";
    expect(entriesOf(`${HEADER}\n${row.repeat(MAX_FILE_CONTACTS)}`)).toHaveLength(MAX_FILE_CONTACTS);
    expect(parseContactFile(`${HEADER}\n${row.repeat(MAX_FILE_CONTACTS + 1)}`).kind).toBe("unreadable");
  });
});
