import { describe, expect, it } from "vitest";
import { membersOf, withMetadata } from "./trigger-metadata.ts";

describe("membersOf", () => {
  it("has the members of an object, in the form of .NET", () => {
    const at = "2026-11-28T10:00:00+05:00";
    expect(membersOf(JSON.stringify({ text: "t", n: 1.5, yes: true, no: false, at, own: { a: [1] } }))).toEqual({
      text: { string: "t" },
      n: { string: "1.5" },
      yes: { string: "True" },
      no: { string: "False" },
      at: { string: "11/28/2026 05:00:00" },
      own: { json: '{"a":[1]}' },
    });
  });

  it("has neither lists nor null", () => {
    expect(membersOf('{"list":[1],"nothing":null}')).toEqual({});
  });

  it.each(["", "text", "7", "[1]", "null", "{"])("has nothing for %j", (text) => {
    expect(membersOf(text)).toEqual({});
  });
});

describe("withMetadata", () => {
  it("replaces a value under its present name, whatever the case of the new one", () => {
    const added = { messageId: { string: "new" }, other: { string: "o" }, OTHER: { string: "p" } };
    expect(withMetadata({ MessageId: { string: "old" }, To: { string: "t" } }, added)).toEqual({
      MessageId: { string: "new" },
      To: { string: "t" },
      other: { string: "p" },
    });
  });
});
