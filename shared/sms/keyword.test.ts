import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_VOCABULARY, KEYWORD_WORDS, keywordOf, languageOfKeyword } from "./keyword.ts";

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

describe("the keywords of a channel", () => {
  const none = { stop: [], start: [], help: [] };
  const spanish = { languages: ["es"], words: none } as const;

  it.each([
    ["PARAR", "stop"],
    ["Alto.", "stop"],
    ["¡BAJA!", "stop"],
    ["Cancelar", "stop"],
    ["darse de baja", "stop"],
    ["Alta", "start"],
    ["AYUDA", "help"],
  ])("include those of its languages: %j", (text, keyword) => {
    expect(keywordOf(text, false, spanish)).toBe(keyword);
    expect(keywordOf(text, false)).toBeUndefined();
  });

  it.each([
    ["Arrete", "stop"],
    ["ARRÊTEZ", "stop"],
    ["Désabonner", "stop"],
    ["aide", "help"],
  ])("are those of English and French by default: %j", (text, keyword) => {
    expect(keywordOf(text, false)).toBe(keyword);
    expect(keywordOf(text, false, spanish)).toBeUndefined();
  });

  it("always include those of English", () => {
    for (const [keyword, words] of Object.entries(KEYWORD_WORDS.en)) {
      for (const word of words) expect(keywordOf(word, false, spanish), word).toBe(keyword);
    }
  });

  it("include its own words, in any form", () => {
    const own = {
      ...DEFAULT_VOCABULARY,
      words: { stop: ["STOPP", "Nicht mehr!"], start: ["weiter"], help: ["Hilfe"] },
    };
    for (const text of ["stopp", "nicht  MEHR", "Weiter.", "hilfe?"]) {
      expect(keywordOf(text, false, own), text).toBeDefined();
      expect(keywordOf(text, false), text).toBeUndefined();
    }
  });

  it("include the yes of its languages after an opt-out only", () => {
    expect(keywordOf("Sí", true, spanish)).toBe("start");
    expect(keywordOf("Sí", false, spanish)).toBeUndefined();
    expect(keywordOf("Oui", true)).toBe("start");
    expect(keywordOf("Oui", true, spanish)).toBeUndefined();
  });

  it.each([
    ["PARAR", ["en", "es"], "es"],
    ["Arrêt", ["en", "fr"], "fr"],
    ["UNSUBSCRIBE", ["es", "en"], "en"],
    ["STOP", ["es", "en"], "es"],
    ["STOP", ["en", "es"], "en"],
    ["STOP", ["fr"], "fr"],
    ["UNSUBSCRIBE", ["fr"], "fr"],
    ["Genug", ["es", "en"], "es"],
  ] as const)("are answered in a language of the channel: %j with %j in %s", (text, languages, language) => {
    expect(languageOfKeyword(text, { languages })).toBe(language);
  });
});
