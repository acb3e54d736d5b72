import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressSchema, canBeTexted, parseAddress } from "./address.ts";

const e164 = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.stringMatching(/^\d{7,13}$/)).map(([a, b]) => `+${a}${b}`);
const shortCode = fc.stringMatching(/^\d{3,6}$/);
/** A letter somewhere among any characters that print. */
const senderName = fc
  .tuple(fc.stringMatching(/^[!-~]{0,5}$/), fc.constantFrom(..."aZéñΩш字"), fc.stringMatching(/^[ -~]{0,4}[!-~]$/))
  .map((parts) => parts.join(""));

describe("parseAddress", () => {
  it("returns an address unchanged", () => {
    fc.assert(fc.property(fc.oneof(e164, shortCode, senderName), (address) => parseAddress(address) === address));
  });

  it("adds the plus to a phone number", () => {
    fc.assert(fc.property(e164, (number) => parseAddress(number.slice(1)) === number));
  });

  it.each([
    ["+14255550123", "+14255550123"],
    ["14255550123", "+14255550123"],
    [" +1 (425) 555-0123 ", "+14255550123"],
    ["447911123456", "+447911123456"],
    ["12345", "12345"],
    ["CONTOSO", "CONTOSO"],
    ["A & B-C_1", "A & B-C_1"],
    ["Booking.com", "Booking.com"],
    [" 1-800-GIFTS ", "1-800-GIFTS"],
    ["hello!", "hello!"],
    ["B&Q/Tools", "B&Q/Tools"],
    ["McDonald's", "McDonald's"],
    ["(Bank)", "(Bank)"],
    ["#1 Gym", "#1 Gym"],
    ["T-Mobile@DE", "T-Mobile@DE"],
    ["=1+2", "=1+2"],
    ["Société", "Société"],
    ["Peña", "Peña"],
    ["ΩMEGA £", "ΩMEGA £"],
  ])("parses %j as %j", (raw, address) => {
    expect(parseAddress(raw)).toBe(address);
  });

  it.each([
    "",
    "  ",
    "+",
    "12",
    "+0123456789",
    "+1234567890123456",
    "+1425555012a9",
    "twelve letters",
    "...",
    "+-/",
    "1.5",
    "a\u0000b",
    "a\u200Bb",
    "a\tb",
  ])("returns undefined for %j", (raw) => {
    expect(parseAddress(raw)).toBeUndefined();
  });

  it("returns an address or undefined for any text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), (raw) => {
        const address = parseAddress(raw);
        expect(address === undefined || addressSchema.safeParse(address).success).toBe(true);
      }),
    );
  });
});

describe("canBeTexted", () => {
  it.each([
    ["+14255550123", true],
    ["12345", false],
    ["CONTOSO", false],
  ])("is right about %j: %s", (address, expected) => {
    expect(canBeTexted(addressSchema.parse(address))).toBe(expected);
  });
});
