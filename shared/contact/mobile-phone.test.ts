import { getExampleNumber } from "libphonenumber-js/max";
import examples from "libphonenumber-js/mobile/examples" with { type: "json" };
import { describe, expect, it } from "vitest";
import { countrySchema } from "../sms/country.ts";
import { parseMobilePhone } from "./mobile-phone.ts";

const us = countrySchema.parse("US");

/** The example of a mobile number that libphonenumber has for each country. */
const numbers = Object.keys(examples).flatMap((code) => {
  const country = countrySchema.parse(code);
  const number = getExampleNumber(country, examples);
  return number ? [{ country, number }] : [];
});

describe("parseMobilePhone", () => {
  it("has examples of most countries", () => {
    expect(numbers.length).toBeGreaterThan(200);
  });

  it.each(numbers)("parses a number of $country in every form that people write", ({ country, number }) => {
    const forms = [
      number.number,
      number.formatInternational(),
      number.formatNational(),
      number.format("RFC3966"),
      `  ${number.formatInternational().replaceAll(" ", "-")} `,
    ];
    for (const form of forms) expect(parseMobilePhone(form, country), form).toBe(number.number);
  });

  it("parses an international number with any default country", () => {
    expect(parseMobilePhone("+34 612 345 678", us)).toBe("+34612345678");
    expect(parseMobilePhone("011 34 612 345 678", us)).toBe("+34612345678");
  });

  it("accepts numbers that are reserved for fiction", () => {
    expect(parseMobilePhone("+1 555 555 5555", us)).toBe("+15555555555");
    expect(parseMobilePhone("(425) 555-0123", us)).toBe("+14255550123");
  });

  it.each(["", "hello", "12345", "+1 425 555", "+1 425 555 0123 ext. 5", "+52 1 55 1234 5678 9", "+999 123456789"])(
    "returns undefined for %j",
    (raw) => {
      expect(parseMobilePhone(raw, us)).toBeUndefined();
    },
  );
});

describe("countrySchema", () => {
  it.each(["us", "XX", "USA", ""])("refuses %j", (code) => {
    expect(countrySchema.safeParse(code).success).toBe(false);
  });
});
