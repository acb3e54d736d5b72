import fc from "fast-check";
import {
  getCountries,
  getCountryCallingCode,
  getExampleNumber,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from "libphonenumber-js/max";
import examples from "libphonenumber-js/mobile/examples" with { type: "json" };
import { describe, expect, it } from "vitest";
import { phoneNumberSchema } from "../sms/address.ts";
import { countrySchema } from "../sms/country.ts";
import { canonicalNumber } from "../sms/written-forms.ts";
import { parseMobilePhone } from "./mobile-phone.ts";

const us = countrySchema.parse("US");
const asNumber = (number: string) => ({ kind: "number", number });
const NOT_A_NUMBER = { kind: "not-a-number" };

const read = (raw: string, country: string) => parseMobilePhone(raw, countrySchema.parse(country));

/** The example of a mobile number that libphonenumber has for each country. */
const numbers = Object.keys(examples).flatMap((code) => {
  const country = countrySchema.parse(code);
  const number = getExampleNumber(country, examples);
  return number ? [{ country, number }] : [];
});

const isMobile = (number: PhoneNumber): boolean =>
  number.isValid() && ["MOBILE", "FIXED_LINE_OR_MOBILE"].includes(String(number.getType()));

/** A valid mobile number of any country. */
const mobileNumber = fc
  .tuple(fc.constantFrom(...numbers), fc.stringMatching(/^\d{4}$/))
  .map(([{ country, number }, end]) => {
    const other = parsePhoneNumberFromString(`${number.number.slice(0, -end.length)}${end}`);
    return other && isMobile(other) ? { country, number: other } : { country, number };
  });

/** The forms in which people write a number in its country. */
const nationalForms = (number: PhoneNumber): readonly string[] => [
  number.formatNational(),
  number.formatNational().replace(/\D/g, ""),
  number.nationalNumber,
];

/** The forms in which people write it anywhere. */
const internationalForms = (number: PhoneNumber): readonly string[] => [
  number.number,
  number.formatInternational(),
  number.format("RFC3966"),
  `  ${number.formatInternational().replaceAll(" ", "-")} `,
  number.formatInternational().replaceAll(" ", "\u00A0"),
  number.formatInternational().replaceAll(" ", "."),
  number.number.replace("+", "00"),
];

describe("parseMobilePhone", () => {
  it("has examples of most countries", () => {
    expect(numbers.length).toBeGreaterThan(200);
  });

  it.each(numbers)("parses a number of $country in every form that people write", ({ country, number }) => {
    for (const form of [...nationalForms(number), ...internationalForms(number)]) {
      expect(parseMobilePhone(form, country), form).toEqual(asNumber(number.number));
    }
  });

  it("gives the number of the same subscriber for every form of any mobile number", () => {
    fc.assert(
      fc.property(mobileNumber, ({ country, number }) => {
        const forms = [...internationalForms(number), ...nationalForms(number)];
        for (const form of forms) expect(parseMobilePhone(form, country), form).toEqual(asNumber(number.number));
      }),
      { numRuns: 300 },
    );
  });

  it("parses an international number with any default country", () => {
    const country = fc.constantFrom(...getCountries()).map((code) => countrySchema.parse(code));
    fc.assert(
      fc.property(mobileNumber, country, ({ number }, elsewhere) => {
        for (const form of internationalForms(number).slice(0, -1)) {
          expect(parseMobilePhone(form, elsewhere), form).toEqual(asNumber(number.number));
        }
      }),
    );
    expect(read("011 34 612 345 678", "US")).toEqual(asNumber("+34612345678"));
  });

  it("accepts numbers that are reserved for fiction", () => {
    expect(parseMobilePhone("+1 555 555 5555", us)).toEqual(asNumber("+15555555555"));
    expect(parseMobilePhone("(425) 555-0123", us)).toEqual(asNumber("+14255550123"));
  });

  it.each([
    "",
    "hello",
    "12345",
    "+1 425 555",
    "+1 425 555 0123 ext. 5",
    "+52 1 55 1234 5678 9",
    "+999 123456789",
    "4255550123 / 4255550124",
    "+1 425 555 0123 +1 425 555 0124",
  ])("refuses %j", (raw) => {
    expect(parseMobilePhone(raw, us)).toEqual(NOT_A_NUMBER);
  });

  it("never throws, and gives only numbers in E.164, for any digits in any country", () => {
    const lengths = Array.from({ length: 18 }, (_, i) => i + 1);
    for (const country of getCountries()) {
      const texts = lengths.map((length) => "23456789012345678901".slice(0, length));
      const readings = texts.flatMap((text) => [
        read(text, country),
        read(`+${getCountryCallingCode(country)}${text}`, country),
      ]);
      const numbers = readings.flatMap((reading) => (reading.kind === "number" ? [reading.number] : []));
      for (const number of numbers) expect(phoneNumberSchema.safeParse(number).success, country).toBe(true);
    }
  });

  it.each([
    ["1234", "DE"],
    ["+43 1234", "US"],
    ["+491234", "DE"],
  ])("refuses %s in %s, which is possible but too short for E.164", (raw, country) => {
    expect(read(raw, country)).toEqual(NOT_A_NUMBER);
  });
});

describe("a number without its plus", () => {
  it.each([
    ["491716783154", "DE", "+491716783154"],
    ["491716783154", "US", "+491716783154"],
    ["34612345678", "US", "+34612345678"],
    ["0034 612 345 678", "US", "+34612345678"],
    ["447911123456", "GB", "+447911123456"],
    ["278420074", "ZA", "+278420074"],
    ["919812345678", "IN", "+919812345678"],
    ["79123456789", "RU", "+79123456789"],
  ])("is international: %s in %s, where only that is a valid mobile number", (raw, country, number) => {
    expect(read(raw, country)).toEqual(asNumber(number));
  });

  it("is national where that is a valid mobile number of the country that was given", () => {
    expect(read("687 712 345", "ES")).toEqual(asNumber("+34687712345"));
  });

  it("is national where only that is a mobile number", () => {
    expect(read("5349 0125", "CU")).toEqual(asNumber("+5353490125"));
    expect(read("(55) 90026-2203", "BR")).toEqual(asNumber("+5555900262203"));
  });

  it.each([
    ["49352108949", "DE"],
    ["62285569485", "ID"],
    ["464415160", "SE"],
    ["442071838750", "US"],
  ])("is refused where it is no mobile number, or that of two subscribers: %s in %s", (raw, country) => {
    expect(read(raw, country)).toEqual({ kind: "needs-plus" });
  });
});

describe("a number in a form that its numbering plan gave up", () => {
  it.each([
    ["+52 1 55 1234 5678", "US", "+525512345678"],
    ["+5215512345678", "MX", "+525512345678"],
    ["5215512345678", "MX", "+525512345678"],
    ["044 55 1234 5678", "MX", "+525512345678"],
    ["045 55 1234 5678", "MX", "+525512345678"],
    ["01 55 1234 5678", "MX", "+525512345678"],
    ["1 55 1234 5678", "MX", "+525512345678"],
    ["+54 11 2345-6789", "US", "+5491123456789"],
    ["011 15-2345-6789", "AR", "+5491123456789"],
    ["+54 9 11 2345-6789", "US", "+5491123456789"],
    ["(11) 8123-4567", "BR", "+5511981234567"],
    ["+55 11 8123-4567", "US", "+5511981234567"],
    ["07 12 34 56", "CI", "+2250707123456"],
    ["+225 01 23 45 67", "US", "+2250101234567"],
    ["+229 97 12 34 56", "US", "+2290197123456"],
    ["0168 123 4567", "VN", "+84381234567"],
    ["+84 168 123 4567", "US", "+84381234567"],
    ["+44 (0)7911 123456", "US", "+447911123456"],
    ["+7 8 912 345 67 89", "US", "+79123456789"],
    ["8 912 345 67 89", "RU", "+79123456789"],
  ])("is taken in the canonical form: %s in %s", (raw, country, number) => {
    expect(read(raw, country)).toEqual(asNumber(number));
  });

  it("leaves the mobile numbers of today as they are", () => {
    fc.assert(fc.property(mobileNumber, ({ number }) => canonicalNumber(number.number) === number.number));
  });
});

describe("a number that a spreadsheet or a copy has damaged", () => {
  const damaged: readonly (readonly [damage: string, damage: (international: string) => string])[] = [
    ["decimals", (number) => `${number.slice(1)}.0`],
    ["decimals after a comma", (number) => `${number.slice(1)},00`],
    ["a lost plus", (number) => number.slice(1)],
    ["an apostrophe", (number) => `'${number}`],
    ["a formula", (number) => `="${number}"`],
    ["thousands separators", (number) => Number(number.slice(1)).toLocaleString("en")],
    ["thousands points", (number) => Number(number.slice(1)).toLocaleString("de")],
    ["marks of direction", (number) => `\u202A${number}\u202C`],
    ["invisible characters", (number) => `\uFEFF${number.slice(0, 5)}\u200B${number.slice(5)}\u00AD`],
    [
      "full width",
      (number) => number.replace(/./g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0)),
    ],
    ["Arabic digits", (number) => number.replace(/\d/g, (digit) => String.fromCharCode(0x660 + Number(digit)))],
    ["other hyphens", (number) => `${number.slice(0, 4)}\u2011${number.slice(4, 6)}\u2013${number.slice(6)}`],
    ["the scheme of a link", (number) => `tel:${number}`],
    ["a tab and a line break", (number) => `\t${number}\r\n`],
  ];

  it.each(damaged)("is repaired after %s", (_, damage) => {
    fc.assert(
      fc.property(mobileNumber, ({ country, number }) => {
        expect(parseMobilePhone(damage(number.number), country)).toEqual(asNumber(number.number));
      }),
    );
  });

  it.each([
    "5.25512E+11",
    "5,25512E+11",
    "5.25512345678E11",
    "525512345678.5",
    "525512345678,25",
    "+5255 1234 567X",
    "########",
  ])("is refused when its digits are lost: %s", (raw) => {
    expect(read(raw, "MX")).toEqual(NOT_A_NUMBER);
  });

  it("never becomes the number of another subscriber, whatever characters stand between its digits", () => {
    const insertions = fc.array(fc.tuple(fc.nat(), fc.constantFrom(..." -/()'\"+*#xXeE:;\u00A0\u2013\u{1F4F1}")), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(mobileNumber, fc.boolean(), insertions, ({ country, number }, isNational, inserted) => {
        const form = isNational ? number.formatNational() : number.formatInternational();
        const text = inserted.reduce((before, [at, character]) => {
          // Behind the first digit: a plus before it makes the number an international one.
          const first = before.search(/\d/) + 1;
          const index = first + (at % (before.length + 1 - first));
          return before.slice(0, index) + character + before.slice(index);
        }, form);
        const reading = parseMobilePhone(text, country);
        if (reading.kind === "number") expect(reading.number, text).toBe(number.number);
      }),
      { numRuns: 400 },
    );
  });
});

describe("countrySchema", () => {
  it.each(["us", "XX", "USA", ""])("refuses %j", (code) => {
    expect(countrySchema.safeParse(code).success).toBe(false);
  });
});
