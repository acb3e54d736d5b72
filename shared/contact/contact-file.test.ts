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
    ["too many fields", "4255550123,Ana,Ruiz,,,x", "has 6 fields; the header has 4"],
    ["half a pair of quotation marks", '4255550123,"Ana,Ruiz,vip', "has a misplaced quotation mark"],
    ["a quotation mark within a field", '4255550123,Ana La "Jefa,Ruiz,', "has a misplaced quotation mark"],
    ["words after a quoted field", '4255550123,"Ana" Maria,Ruiz,', "has a misplaced quotation mark"],
    ["NUL in a name", "4255550123,An\u0000a,Ruiz,", "firstName: must be well-formed"],
    ["no number", ",Ana,Ruiz,", "mobilePhone: "],
    ["a name too long", `4255550123,${"x".repeat(101)},Ruiz,`, "firstName: "],
    ["a tag too long", `4255550123,Ana,Ruiz,vip;${"x".repeat(51)}`, "tags.1: "],
  ])("refuses a row with %s, and no other row", (_, row, reason) => {
    expect(entriesOf(`${HEADER}\n${row}\n4255550124,Leo,Ruiz,`)).toMatchObject([
      { kind: "refused", line: 2, reason: expect.stringContaining(reason) },
      { kind: "draft", line: 3 },
    ]);
  });

  const ANA = { mobilePhone: "+14255550123", firstName: "Ana", lastName: "Ruiz", tags: ["vip", "gold"] };
  it.each([
    ["semicolons", 'mobilePhone;firstName;lastName;tags\n+14255550123;Ana;Ruiz;"vip;gold"'],
    ["tabs", "mobilePhone\tfirstName\tlastName\ttags\n+14255550123\tAna\tRuiz\tvip;gold"],
    ["bars", "mobilePhone|firstName|lastName|tags\n+14255550123|Ana|Ruiz|vip;gold"],
    ["what the first line declares", 'sep=;\nmobilePhone;firstName;lastName;tags\n+14255550123;Ana;Ruiz;"vip;gold"'],
    ["a declared tab", "sep=\t\r\nmobilePhone\tfirstName\tlastName\ttags\r\n+14255550123\tAna\tRuiz\tvip;gold"],
    ["anything else that is declared", "sep=:\nmobilePhone:firstName:lastName:tags\n+14255550123:Ana:Ruiz:vip;gold"],
    ["carriage returns as ends of lines", `${HEADER}\r+14255550123,Ana,Ruiz,vip;gold\r`],
  ])("parses a file with %s", (_, csv) => {
    expect(entriesOf(csv)).toMatchObject([{ kind: "draft", draft: ANA }]);
  });

  it("knows the columns in any case and spelling of their words", () => {
    const csv = '"Mobile phone", First Name ,LASTNAME,tags\n+14255550123,Ana,Ruiz,vip;gold';
    expect(entriesOf(csv)).toMatchObject([{ draft: ANA }]);
  });

  it("leaves out rows without content, and empty columns at the end", () => {
    const csv = `\n${HEADER},,\n,,,,,\n+14255550123,Ana,Ruiz,vip;gold,,\n   \n , ,"",\n+14255550124,Leo,,\n,,,,,`;
    expect(entriesOf(csv)).toMatchObject([
      { kind: "draft", line: 4, draft: ANA },
      { kind: "draft", line: 7, draft: { firstName: "Leo" } },
    ]);
  });

  it("refuses a line with content in an empty column", () => {
    const [entry] = entriesOf(`${HEADER},,\n+14255550123,Ana,Ruiz,,x,`);
    expect(entry).toMatchObject({ kind: "refused", reason: "has 6 fields; the header has 4" });
  });

  it("refuses a broken line alone, although a later quotation mark closes its own", () => {
    const rows = [
      '4255550123,"Ana,Ruiz,vip',
      '4255550124,"Leo",Sol,',
      '4255550125,Eva,"Luna,\nMar",',
      '4255550126,"Nil,,',
    ];
    expect(entriesOf([HEADER, ...rows].join("\n"))).toMatchObject([
      { kind: "refused", line: 2 },
      { kind: "draft", line: 3, draft: { firstName: "Leo" } },
      { kind: "draft", line: 5, draft: { lastName: "Luna,\nMar" } },
      { kind: "refused", line: 6 },
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
    ["an empty column between others", "mobilePhone,,firstName,lastName,tags"],
    ["a broken header", `"${HEADER}\n4255550123,Ana,Ruiz,`],
  ])("returns `unreadable` for a file with %s", (_, csv) => {
    expect(parseContactFile(csv)).toEqual({ kind: "unreadable", reason: expect.any(String) });
  });

  it.each([",", ";", "\t"])(
    "names the number of columns when the first line has more than 100, separated by %j",
    (separator) => {
      const wide = [...HEADER.split(","), ...Array.from({ length: 97 }, (_, i) => `column ${i}`)].join(separator);
      for (const csv of [wide, `sep=${separator}\n${wide}`]) {
        const reason = "has 101 columns in its first line; the limit is 100";
        expect(parseContactFile(csv)).toEqual({ kind: "unreadable", reason });
      }
    },
  );

  it("does not count empty columns at the end, which spreadsheets add", () => {
    const empty = ",".repeat(200);
    expect(entriesOf(`${HEADER}${empty}\n4255550123,Ana,Ruiz,${empty}`)).toHaveLength(1);
  });

  it("accepts 10,000 contacts, and no more", () => {
    const row = "4255550123,Ana,Ruiz,\n";
    expect(entriesOf(`${HEADER}\n${row.repeat(MAX_FILE_CONTACTS)}`)).toHaveLength(MAX_FILE_CONTACTS);
    expect(parseContactFile(`${HEADER}\n${row.repeat(MAX_FILE_CONTACTS + 1)}`).kind).toBe("unreadable");
  });
});
