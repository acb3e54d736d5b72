import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressSchema, canBeTexted, parseAddress } from "./address.ts";

const e164 = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.stringMatching(/^\d{7,13}$/)).map(([a, b]) => `+${a}${b}`);
const shortCode = fc.stringMatching(/^\d{3,6}$/);
const senderName = fc.stringMatching(/^[A-Za-z][A-Za-z0-9 ]{0,8}[A-Za-z0-9]$/).filter((name) => name.trim() === name);

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
  ])("parses %j as %j", (raw, address) => {
    expect(parseAddress(raw)).toBe(address);
  });

  it.each(["", "  ", "+", "12", "+0123456789", "+1234567890123456", "twelve letters", "hello!", "+1425555012a9"])(
    "returns undefined for %j",
    (raw) => {
      expect(parseAddress(raw)).toBeUndefined();
    },
  );

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
