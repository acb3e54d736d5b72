import { describe, expect, it } from "vitest";
import { isBlank, isWellFormed } from "./text.ts";

describe("isBlank", () => {
  it.each([
    "",
    " \t\r\n",
    "\u00A0\u3000\u2028",
    "\u200B",
    "\u2060",
    "\u00AD",
    "\u200D",
    "\uFE0F",
    "\uFEFF\u200E\u202E\u2066",
    "\u034F\u180E\u3164\u115F\uFFA0",
    "\u{E0020}\u{E007F}\u{E0100}",
    "\u0000\u0007\u0085",
    "\u2800",
    "\uFFFC",
    "\uD83D",
  ])("is true for %j", (text) => {
    expect(isBlank(text)).toBe(true);
  });

  it.each([".", "👍", "❤️", "👨‍👩‍👧", "1️⃣", "ñ", "e\u0301", "\u200Ba\u200B", "。", "\uE001", "\u{1FAE9}", "ِ "])(
    "is false for %j",
    (text) => {
      expect(isBlank(text)).toBe(false);
    },
  );
});

describe("isWellFormed", () => {
  it.each(["", "hello", "👍", "a\nb\tc", "\u200B", "\uFFFD"])("is true for %j", (text) => {
    expect(isWellFormed(text)).toBe(true);
  });

  it.each(["\uD83D", "a\uDC4Db", "\uDC4D\uD83D", "a\u0000"])("is false for %j", (text) => {
    expect(isWellFormed(text)).toBe(false);
  });
});
