import fc from "fast-check";
import { SegmentedMessage } from "sms-segments-calculator";
import { describe, expect, it } from "vitest";
import { replyTextSchema, segmentCount, TEXT_CAP } from "./text.ts";

describe("replyTextSchema", () => {
  it("accepts a text of 1,600 UTF-16 code units", () => {
    expect(TEXT_CAP).toBe(1600);
    expect(replyTextSchema.safeParse("a".repeat(1600)).success).toBe(true);
    expect(replyTextSchema.safeParse("😀".repeat(800)).success).toBe(true);
  });

  it.each(["a".repeat(1601), "😀".repeat(801)])("refuses a longer text, with both lengths", (text) => {
    const [issue] = replyTextSchema.safeParse(text).error?.issues ?? [];
    expect(issue?.message).toBe(`is ${text.length} characters long; the limit is 1600`);
  });

  it.each(["", " ", "\n\t\u00A0"])("refuses %j as empty", (text) => {
    expect(replyTextSchema.safeParse(text).error?.issues[0]?.message).toBe("is empty");
  });

  it.each(["\u200B", "\u2060", "\u00AD", "\u200D", "\uFE0F", "\u2800", " \u200E\n\u3164"])(
    "refuses %j as empty, because no character shows",
    (text) => {
      expect(replyTextSchema.safeParse(text).error?.issues[0]?.message).toBe("is empty");
    },
  );

  it.each(["half \uD83D", "\uDC4D", "end\0"])("refuses %j, which phones would show as another text", (text) => {
    expect(replyTextSchema.safeParse(text).error?.issues[0]?.message).toBe("must be well-formed Unicode, without NUL");
  });

  it("does not change the text", () => {
    expect(replyTextSchema.parse("  hello\n")).toBe("  hello\n");
  });
});

describe("segmentCount", () => {
  // Source: 3GPP TS 23.038 and 23.040: 160 septets or 70 UCS-2 units alone; 153 or 67 in each of several.
  it.each([
    ["an empty text", "", 1],
    ["160 GSM-7 characters", "a".repeat(160), 1],
    ["161 GSM-7 characters", "a".repeat(161), 2],
    ["306 GSM-7 characters", "a".repeat(306), 2],
    ["307 GSM-7 characters", "a".repeat(307), 3],
    ["80 characters of two septets", "€".repeat(80), 1],
    ["81 characters of two septets", "€".repeat(81), 2],
    ["a pair of septets that does not fit at the end of a segment", "a".repeat(152) + "€".repeat(77), 3],
    ["70 UCS-2 units", "你".repeat(70), 1],
    ["71 UCS-2 units", "你".repeat(71), 2],
    ["a surrogate pair that does not fit at the end of a segment", "你".repeat(66) + "😀".repeat(34), 3],
    ["1,600 GSM-7 characters", "a".repeat(1600), 11],
    ["1,600 UCS-2 units", "你".repeat(1600), 24],
    ["one character that is not GSM-7 among 70", `${"a".repeat(70)}ç`, 2],
  ])("counts %s", (_, text, segments) => {
    expect(segmentCount(text)).toBe(segments);
  });

  it("counts a text over the cap in pieces", () => {
    expect(segmentCount("a".repeat(3 * 1600))).toBe(3 * 11);
    expect(segmentCount("a".repeat(1600) + "你".repeat(100))).toBe(11 + 2);
  });

  it("agrees with the published calculator for any text, and is at least 1", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 400 }), (text) => {
        expect(segmentCount(text)).toBe(Math.max(1, new SegmentedMessage(text).segmentsCount));
      }),
    );
  });
});
