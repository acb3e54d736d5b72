import fc from "fast-check";
import { getCountries, getExampleNumber } from "libphonenumber-js/max";
import examples from "libphonenumber-js/mobile/examples" with { type: "json" };
import { describe, expect, it } from "vitest";
import { type Address, addressSchema } from "./address.ts";
import { canonicalAddress, canonicalNumber, isSameAddress, writtenForms } from "./written-forms.ts";

const address = (text: string): Address => addressSchema.parse(text);

/** Numbers of every country, valid or not. */
const anyNumber = fc.tuple(fc.constantFrom(...getCountries()), fc.stringMatching(/^\d{0,6}$/)).map(([country, end]) => {
  const number = getExampleNumber(country, examples)?.number ?? "+14255550123";
  return address(number.slice(0, number.length - end.length) + end);
});

/** Numbers of the countries of which rewrites are known, with any digits after the code. */
const rewritable = fc
  .tuple(
    fc.constantFrom("521", "52", "54", "549", "55", "229", "22901", "225", "22501", "84"),
    fc.stringMatching(/^\d{8,11}$/),
  )
  .map(([start, end]) => `+${start}${end}`.slice(0, 16))
  .map(address);

describe("canonicalNumber", () => {
  it.each([
    ["+5215512345678", "+525512345678"],
    ["+520445512345678", "+525512345678"],
    ["+541123456789", "+5491123456789"],
    ["+543514567890", "+5493514567890"],
    ["+551181234567", "+5511981234567"],
    ["+555381234567", "+5553981234567"],
    ["+22997123456", "+2290197123456"],
    ["+22507123456", "+2250707123456"],
    ["+22545123456", "+2250545123456"],
    ["+22541123456", "+2250141123456"],
    ["+841681234567", "+84381234567"],
    ["+841201234567", "+84701234567"],
    ["+8401681234567", "+84381234567"],
    ["+4407911123456", "+447911123456"],
    ["+4901716783154", "+491716783154"],
  ])("reads %s as %s", (old, canonical) => {
    expect(canonicalNumber(old)).toBe(canonical);
  });

  it.each([
    ["a landline of Brazil", "+551132345678"],
    ["trunked radio of Brazil", "+551178123456"],
    ["a toll-free number of Argentina", "+548001234567"],
    ["a premium number of Argentina", "+546001234567"],
    ["a landline of Ivory Coast", "+2252720123456"],
    ["a landline of Benin", "+2290120212345"],
    ["a landline of Viet Nam", "+842412345678"],
    ["an Italian landline, whose zero is part of it", "+390612345678"],
    ["a number for fiction", "+14255550123"],
    ["a number that no plan knows", "+9991234567"],
    ["a mobile number of Mexico that begins with 1", "+521234567890"],
  ])("leaves %s as it is: %s", (_, number) => {
    expect(canonicalNumber(number)).toBe(number);
  });

  it("gives a number whose last seven digits are the same, and which stays", () => {
    fc.assert(
      fc.property(fc.oneof(anyNumber, rewritable), (number) => {
        const canonical = canonicalNumber(number);
        expect(canonical.slice(-7)).toBe(number.slice(-7));
        expect(canonicalNumber(canonical)).toBe(canonical);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("writtenForms", () => {
  it.each([
    ["+525512345678", ["+525512345678", "+5215512345678"]],
    ["+5215512345678", ["+525512345678", "+5215512345678"]],
    ["+541123456789", ["+5491123456789", "+541123456789"]],
    ["+5511981234567", ["+5511981234567", "+551181234567"]],
    ["+5511971234567", ["+5511971234567"]],
    ["+2250707123456", ["+2250707123456", "+22507123456"]],
    ["+2290197123456", ["+2290197123456", "+22997123456"]],
    ["+84381234567", ["+84381234567", "+841681234567"]],
    ["+8401681234567", ["+84381234567", "+841681234567", "+8401681234567"]],
    ["+14255550123", ["+14255550123"]],
    ["12345", ["12345"]],
    ["CONTOSO", ["CONTOSO"]],
  ])("lists those of %s, the canonical one first", (form, forms) => {
    expect(writtenForms(address(form))).toEqual(forms);
  });

  it("lists the same numbers for every form, besides a form that no plan has had", () => {
    fc.assert(
      fc.property(fc.oneof(anyNumber, rewritable), (number) => {
        const forms = writtenForms(number);
        expect(forms[0]).toBe(canonicalAddress(number));
        expect(forms).toContain(number);
        expect(new Set(forms).size).toBe(forms.length);
        for (const form of forms) {
          expect(isSameAddress(form, number)).toBe(true);
          expect(forms).toEqual(expect.arrayContaining([...writtenForms(form)]));
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
