/** What a number consists of besides digits. */
const NUMBER = /^[(\s]*\+?[\d\s().\-/]*\d[\s)]*$/;

/**
 * Restores a number that a spreadsheet or a copy has damaged, where its digits are certain: invisible characters, an
 * apostrophe that marks a text, thousands separators, decimals that are zero.
 * @returns undefined when the text is no number, or when digits were lost: an exponent, other decimals.
 */
export const repairedNumber = (raw: string): string | undefined => {
  const text = raw
    .normalize("NFKC")
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Cc}]/gu, (character) => (/\s/.test(character) ? " " : ""))
    .replace(/\p{Nd}/gu, decimalDigit)
    .replace(/[\p{Pd}\u2212]/gu, "-")
    .trim()
    .replace(/^="(.*)"$/, "$1")
    .replace(/^tel:/i, "")
    .replace(/^'/, "")
    .trim();
  const whole = withoutDecimals(text);
  return whole !== undefined && NUMBER.test(whole) && !hasDoubtfulSlash(whole) ? whole : undefined;
};

/** The digits of other scripts are the same numbers. */
const decimalDigit = (digit: string): string => {
  let zero = digit.codePointAt(0) ?? 0;
  const value = zero;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && value - zero < 9) zero -= 1;
  return String(value - zero);
};

/** @returns undefined when the decimals hold digits that the number has lost. */
const withoutDecimals = (text: string): string | undefined => {
  const grouped = /^(\+?\d{1,3}(?:,\d{3})+)(?:\.0*)?$/.exec(text) ?? /^(\+?\d{1,3}(?:\.\d{3})+),0*$/.exec(text);
  if (grouped) return grouped[1]?.replace(/[.,]/g, "");
  const [, whole, decimals] = /^(\+?\d{7,})[.,](\d*)$/.exec(text) ?? [];
  if (whole === undefined) return text;
  return /^0*$/.test(decimals ?? "") ? whole : undefined;
};

/** A slash may stand after an area code. Later it separates two numbers, or an extension. */
const hasDoubtfulSlash = (text: string): boolean => {
  const [before = "", after, ...more] = text.split("/");
  if (after === undefined) return false;
  const count = (part: string) => part.replace(/\D/g, "").length;
  return more.length > 0 || count(before) > 8 || count(after) < 4;
};
