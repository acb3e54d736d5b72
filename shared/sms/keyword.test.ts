import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asksToStop, keywordOf } from "./keyword.ts";

const STOP = [
  "stop",
  "stopall",
  "stop all",
  "unsubscribe",
  "cancel",
  "end",
  "quit",
  "revoke",
  "optout",
  "opt out",
  "opt-out",
  "ARRET",
  "ARRÊT",
  "arrêt",
];
const START = ["start", "unstop"];
const HELP = ["help", "info", "aide"];

const FAMILIES = [
  ...STOP.map((word) => [word, "stop"] as const),
  ...START.map((word) => [word, "start"] as const),
  ...HELP.map((word) => [word, "help"] as const),
];

describe("keywordOf", () => {
  it.each(FAMILIES)(
    "recognises %j as %s, in any case, with punctuation, quotes and invisible characters",
    (word, keyword) => {
      const forms = [
        word,
        word.toUpperCase(),
        `${word.charAt(0).toUpperCase()}${word.slice(1)}`,
        `  ${word}\n`,
        `${word}.`,
        `"${word}!"`,
        `« ${word} »`,
        `\u200B${word}\u200D\uFEFF`,
        word.normalize("NFD"),
      ];
      for (const form of forms) expect(keywordOf(form, false), JSON.stringify(form)).toBe(keyword);
    },
  );

  it("recognises full-width letters", () => {
    expect(keywordOf("ＳＴＯＰ", false)).toBe("stop");
  });

  it.each([
    "STOP 12345",
    "please stop",
    "stop it",
    "don't stop",
    "the end",
    "cancel my order",
    "need help",
    "help me",
    "start again",
    "information",
    "stopp",
    "",
    "?!",
    "👍",
  ])("returns undefined for %j", (text) => {
    expect(keywordOf(text, false)).toBeUndefined();
    expect(keywordOf(text, true)).toBeUndefined();
  });

  it("recognises YES as start only after an opt-out", () => {
    expect(keywordOf("Yes!", true)).toBe("start");
    expect(keywordOf("Yes!", false)).toBeUndefined();
  });

  it("returns undefined for a keyword with another word", () => {
    const word = fc.constantFrom(...STOP, ...START, ...HELP);
    const more = fc.stringMatching(/^[0-9]{1,8}$/);
    fc.assert(fc.property(word, more, (first, second) => keywordOf(`${first} ${second}`, true) === undefined));
  });
});

describe("asksToStop", () => {
  it.each([
    "Please stop texting me",
    "stop sending me messages!!",
    "STOP. I mean it.",
    "Don’t text me again",
    "do not contact this number",
    "I want to unsubscribe from this",
    "opt me out? I said opt-out",
    "no more texts please",
    "take me off your list",
    "I revoke my consent",
  ])("flags %j", (text) => {
    expect(asksToStop(text)).toBe(true);
  });

  it.each([
    "STOP",
    "opt out",
    "Cancel my order please",
    "When does the sale end?",
    "The bus stop is closed",
    "I can't stop the leak",
    "Please text me the address",
    "My tent leaks.",
    "",
  ])("does not flag %j", (text) => {
    expect(asksToStop(text)).toBe(false);
  });
});
