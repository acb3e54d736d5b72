import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commandAt, insertAt } from "./slash-command.ts";

describe("commandAt", () => {
  it.each([
    ["/", { word: "", start: 0, end: 1 }],
    ["/hello", { word: "hello", start: 0, end: 6 }],
    ["/Hello", { word: "hello", start: 0, end: 6 }],
    ["/q hello", { word: "hello", start: 0, end: 8 }],
    ["/q ", { word: "", start: 0, end: 3 }],
    ["Dear Robin, /address", { word: "address", start: 12, end: 20 }],
    ["Dear Robin,\n/address", { word: "address", start: 12, end: 20 }],
    ["/horário", { word: "horário", start: 0, end: 8 }],
    ["/q", { word: "", start: 0, end: 2 }],
  ])("finds the command in %j", (text, command) => {
    expect(commandAt(text, text.length)).toEqual(command);
  });

  it("finds a word that begins with q", () => {
    expect(commandAt("/quote", 6)?.word).toBe("quote");
  });

  it.each(["", "hello", "and/or", "1/2", "https://example.com", "/hello there", "/a/b", "// "])(
    "finds no command in %j",
    (text) => {
      expect(commandAt(text, text.length)).toBeUndefined();
    },
  );

  it("reads the text up to the caret", () => {
    expect(commandAt("/hel lo", 4)).toEqual({ word: "hel", start: 0, end: 4 });
    expect(commandAt("hello /a", 3)).toBeUndefined();
  });
});

describe("insertAt", () => {
  it("replaces the command and leaves the rest", () => {
    const text = "Dear Robin, /adr thank you";
    const command = commandAt(text, 16) ?? { start: 0, end: 0 };
    expect(insertAt(text, command, "1 Main St")).toEqual({ text: "Dear Robin, 1 Main St thank you", caret: 21 });
  });

  it("keeps the text before and after, whatever they are", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (before, replaced, after, inserted) => {
        const part = { start: before.length, end: before.length + replaced.length };
        const result = insertAt(before + replaced + after, part, inserted);
        expect(result.text).toBe(before + inserted + after);
        expect(result.text.slice(0, result.caret)).toBe(before + inserted);
      }),
    );
  });
});
