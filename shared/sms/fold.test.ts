import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fold } from "./fold.ts";

/** Any code point besides surrogates. fast-check's own unit for them takes two seconds to make. */
const codePoint = fc
  .integer({ min: 0, max: 0x10ffff })
  .filter((point) => point < 0xd800 || point > 0xdfff)
  .map((point) => String.fromCodePoint(point));
const text = fc.string({ unit: codePoint, maxLength: 12 });

describe("fold", () => {
  it.each([
    ["typographic apostrophes and quotation marks", "It doesn’t “work”", 'it doesn\'t "work"'],
    ["accents, composed or not", "Arre\u0302t ARRÊT", "arret arret"],
    ["no-break spaces, line breaks and tabs", " does\u00A0not\r\n\twork\u0085now ", "does not work now"],
    ["full width", "ＤＯＥＳＮ＇Ｔ　ＷＯＲＫ", "doesn't work"],
    ["ligatures and styled letters", "ﬁne 𝐒𝐓𝐎𝐏 ①", "fine stop 1"],
    ["case, also where one letter becomes two", "STRASSE Straße STRAẞE", "strasse strasse strasse"],
    ["the final sigma", "ΟΔΟΣ οδός", "οδοσ οδοσ"],
    ["the dotted and the dotless i", "İZMİR ısı", "izmir isi"],
    ["invisible characters", "do\u00ADes\u200Bn't\u2060 wo\u200Drk\uFE0F\u0000\u202E", "doesn't work"],
    ["dashes", "opt‑out opt–out opt−out", "opt-out opt-out opt-out"],
    ["points of Hebrew and Arabic", "שָׁלוֹם مُحَمَّد", "שלום محمد"],
    ["keycaps", "1️⃣", "1"],
  ])("does not distinguish %s", (_, raw, folded) => {
    expect(fold(raw)).toBe(folded);
  });

  it.each([
    ["vowel signs", "कि", "क"],
    ["voiced letters of Japanese", "が", "か"],
    ["letters of different scripts", "а", "a"],
    ["words that are joined", "not now", "notnow"],
  ])("distinguishes %s", (_, one, other) => {
    expect(fold(one)).not.toBe(fold(other));
  });

  it("changes nothing when it is repeated", () => {
    fc.assert(fc.property(text, (raw) => fold(fold(raw)) === fold(raw)));
  });

  it("does not depend on case, on the form of normalisation or on invisible characters", () => {
    const written = (raw: string) => [
      raw.toUpperCase(),
      raw.toLowerCase(),
      raw.normalize("NFC"),
      raw.normalize("NFD"),
      [...raw].join("\u200B"),
    ];
    fc.assert(
      fc.property(text, (raw) => {
        for (const form of written(raw)) expect(fold(form), JSON.stringify(form)).toBe(fold(raw));
      }),
    );
  });

  it("folds words of ASCII as it folds all others", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii" }), (raw) => fold(raw) === fold(`é${raw}`).slice(1).trim()),
    );
  });
});
