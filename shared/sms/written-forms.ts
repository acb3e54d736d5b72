import { type PhoneNumber as ParsedNumber, parsePhoneNumberFromString } from "libphonenumber-js/max";
import { type Address, addressSchema, phoneNumberSchema } from "./address.ts";

/** How a numbering plan changed the numbers of its subscribers, or writes them in two forms. */
interface Rewrite {
  /** The old form in digits after the plus, trunk prefixes included. */
  readonly from: RegExp;
  /** The canonical form, with the groups of `from`. */
  readonly to: string;
  /** The canonical form, and the old one that providers and lists still contain, with its groups. */
  readonly back: readonly [from: RegExp, to: string];
  /** The old form is valid too: it says that the line is fixed, and the canonical one that it is mobile. */
  readonly isAlsoValid?: true;
}

/** The prefixes of the mobile operators of Ivory Coast by the second digit of the old number. */
const IVORY_COAST: readonly Rewrite[] = [
  { prefix: "01", old: "[0457][1-3]\\d{6}|[457]0\\d{6}" },
  { prefix: "05", old: "[04-9][4-6]\\d{6}" },
  { prefix: "07", old: "[04-9][7-9]\\d{6}" },
].map(({ prefix, old }) => ({
  from: new RegExp(`^225(${old})$`),
  to: `225${prefix}$1`,
  back: [new RegExp(`^225${prefix}(${old})$`), "225$1"],
}));

/** Mobile numbers of Viet Nam with eleven digits, and what replaced their first digits. */
const VIET_NAM: readonly Rewrite[] = Object.entries({
  "120": "70",
  "121": "79",
  "122": "77",
  "126": "76",
  "128": "78",
  "123": "83",
  "124": "84",
  "125": "85",
  "127": "81",
  "129": "82",
  "162": "32",
  "163": "33",
  "164": "34",
  "165": "35",
  "166": "36",
  "167": "37",
  "168": "38",
  "169": "39",
  "186": "56",
  "188": "58",
  "199": "59",
}).map(([old, present]) => ({
  from: new RegExp(`^840?${old}(\\d{7})$`),
  to: `84${present}$1`,
  back: [new RegExp(`^84${present}(\\d{7})$`), `84${old}$1`],
}));

/**
 * The known rewrites. A rewrite counts only when libphonenumber knows its result as a valid mobile number.
 *
 * Sources: Mexico, IFT, dialling of ten digits since August 2019 (no 1, 01, 044 or 045); Argentina, Plan Fundamental de
 * Numeración Nacional (a subscriber has one number of ten digits, and the 9 says that the line is mobile); Brazil,
 * Anatel, Resolução 553/2010 (ninth digit, in all areas since November 2016; numbers of trunked radio, which begin with 7,
 * have none); Ivory Coast, ARTCI, ten digits since January 2021; Benin, ARCEP, ten digits since November 2024; Viet Nam,
 * MIC, ten digits since September 2018.
 */
const REWRITES: readonly Rewrite[] = [
  { from: /^52(?:1|01|044|045)(\d{10})$/, to: "52$1", back: [/^52(\d{10})$/, "521$1"] },
  { from: /^54([1-8]\d{9})$/, to: "549$1", back: [/^549(\d{10})$/, "54$1"], isAlsoValid: true },
  { from: /^55([1-9]\d)([689]\d{7})$/, to: "55$19$2", back: [/^55([1-9]\d)9([689]\d{7})$/, "55$1$2"] },
  { from: /^229(\d{8})$/, to: "22901$1", back: [/^22901(\d{8})$/, "229$1"] },
  ...IVORY_COAST,
  ...VIET_NAM,
];

/** Whether a number is valid, and its line mobile as far as its plan shows that. */
export const isMobile = (parsed: ParsedNumber | undefined): boolean => {
  const type = parsed?.isValid() ? parsed.getType() : undefined;
  return type === "MOBILE" || type === "FIXED_LINE_OR_MOBILE";
};

const isValid = (number: string): boolean => parsePhoneNumberFromString(number)?.isValid() ?? false;

/**
 * The canonical form of a number in international form: without a trunk zero, and without the mobile prefixes and the
 * lengths that its numbering plan has given up. Identity goes by it; texts are sent to the form that the customer wrote
 * from.
 * @param number - a plus and digits, which need not be valid.
 * @returns the number itself when no rewrite is known.
 */
export const canonicalNumber = (number: string): string => {
  const parsed = parsePhoneNumberFromString(number);
  const plain = parsed?.isValid() && !parsed.ext ? parsed.number : number;
  for (const { from, to, isAlsoValid } of REWRITES) {
    if (!from.test(plain.slice(1)) || (!isAlsoValid && isValid(plain))) continue;
    const rewritten = `+${plain.slice(1).replace(from, to)}`;
    if (isMobile(parsePhoneNumberFromString(rewritten))) return rewritten;
  }
  return plain;
};

/** The canonical form of an address. Short codes and sender names have no other form. */
export const canonicalAddress = (address: Address): Address =>
  phoneNumberSchema.safeParse(address).success ? addressSchema.parse(canonicalNumber(address)) : address;

/** Whether two addresses are forms of the same one. */
export const isSameAddress = (one: Address, other: Address): boolean =>
  one === other || canonicalAddress(one) === canonicalAddress(other);

/**
 * All forms in which the number of one subscriber is written, the canonical one first. Most numbers have one.
 * @param address - in any form; it is in the list, whatever it is.
 */
export const writtenForms = (address: Address): readonly Address[] => {
  const canonical = canonicalAddress(address);
  const others = REWRITES.flatMap(({ back: [from, to] }) => {
    if (!from.test(canonical.slice(1))) return [];
    const form = addressSchema.parse(`+${canonical.slice(1).replace(from, to)}`);
    return canonicalAddress(form) === canonical ? [form] : [];
  });
  return [...new Set([canonical, ...others, address])];
};
