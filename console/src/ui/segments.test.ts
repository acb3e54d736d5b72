import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TEXT_CAP as CAP_OF_THE_API, segmentCount } from "../../../shared/sms/text.ts";
import { measure, plainText, TEXT_CAP } from "./segments.ts";

/** Texts up to the cap, of characters that count differently: one or two septets, one or more UTF-16 code units. */
const anyText = fc
  .array(
    fc.tuple(
      fc.constantFrom("a", "€", "\n", "ñ", "ç", "你", "😀", "👨‍👩‍👧‍👦", "e\u0301", "“"),
      fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 170 })),
    ),
    { maxLength: 12 },
  )
  .map((runs) => runs.map(([character, count]) => character.repeat(count)).join(""))
  .filter((text) => text.length <= TEXT_CAP);

describe("TEXT_CAP", () => {
  it("is the cap of the API", () => {
    expect(TEXT_CAP).toBe(CAP_OF_THE_API);
  });
});

describe("measure", () => {
  it.each([
    ["nothing", "", { segments: 0, left: 160, over: 0, unicode: [] }],
    ["one character", "a", { segments: 1, left: 159, over: 0, unicode: [] }],
    ["a full segment", "a".repeat(160), { segments: 1, left: 0, over: 0, unicode: [] }],
    ["a second segment", "a".repeat(161), { segments: 2, left: 145, over: 0, unicode: [] }],
    ["a character of two septets", "€", { segments: 1, left: 158, over: 0, unicode: [] }],
    ["UCS-2", "Señor Gonçalves", { segments: 1, left: 55, over: 0, unicode: ["ç"] }],
    ["a full segment of UCS-2", "你".repeat(70), { segments: 1, left: 0, over: 0, unicode: ["你"] }],
    ["a second segment of UCS-2", "你".repeat(71), { segments: 2, left: 63, over: 0, unicode: ["你"] }],
    ["each character of UCS-2 once", "“a” “b”", { segments: 1, left: 63, over: 0, unicode: ["“", "”"] }],
    ["a pair that moves to the next segment", `${"a".repeat(152)}€${"a".repeat(10)}`, { segments: 2, left: 141 }],
  ])("counts %s", (_, text, expected) => {
    expect(measure(text)).toMatchObject(expected);
  });

  it("counts what is too long", () => {
    expect(measure("a".repeat(TEXT_CAP)).over).toBe(0);
    expect(measure("a".repeat(TEXT_CAP + 3)).over).toBe(3);
  });

  it("counts the segments that the API counts", () => {
    fc.assert(
      fc.property(anyText.filter(Boolean), (text) => {
        expect(measure(text).segments).toBe(segmentCount(text));
      }),
    );
  });

  it("counts the characters that fit before another text begins", () => {
    fc.assert(
      fc.property(anyText.filter(Boolean), (text) => {
        const { segments, left } = measure(text);
        fc.pre(text.length + left < TEXT_CAP);
        expect(measure(text + "a".repeat(left)).segments).toBe(segments);
        expect(measure(text + "a".repeat(left + 1)).segments).toBe(segments + 1);
      }),
    );
  });
});

describe("plainText", () => {
  it("writes typographic characters as a phone does", () => {
    expect(plainText("“Don’t”\u00a0– wait…")).toBe(`"Don't" - wait...`);
  });

  it("leaves other characters", () => {
    expect(plainText("Señor Gonçalves 😀")).toBe("Señor Gonçalves 😀");
  });

  it("saves a text whose only Unicode characters are typographic ones", () => {
    const text = `“${"a".repeat(80)}”`;
    expect(measure(text).segments).toBe(2);
    expect(measure(plainText(text))).toMatchObject({ segments: 1, unicode: [] });
  });
});
