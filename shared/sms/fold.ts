/** Characters that phones and editors write for an apostrophe. The accents among them stand alone. */
const APOSTROPHES = /[`´\u1FFDʹʻʼʽˈ‘’‚‛′‵‹›＇]/gu;
const QUOTATION_MARKS = /[«»“”„‟❝❞〝〞〟＂]/gu;

/**
 * Marks that people may omit: those that Unicode shares between scripts, such as accents, and the points of Hebrew and
 * Arabic. The vowel signs of other scripts, and the marks that distinguish letters of Japanese, remain.
 */
const OPTIONAL_MARKS =
  /[[[\p{Mn}\p{Me}]&&[\p{Script=Inherited}\p{Script=Hebrew}\p{Script=Arabic}]]--[\u302A-\u302D\u3099\u309A]]/gv;

/** Characters that show nothing: soft hyphens, joiners, variation selectors, directional marks, NUL and the like. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}[\p{Cc}--[\t-\r\u0085]]]/gv;
const SPACES = /[\s\p{Z}\u0085]+/gu;

const straighten = (text: string): string => text.replace(APOSTROPHES, "'").replace(QUOTATION_MARKS, '"');

/**
 * Full case folding. One lower-casing alone keeps "ß" and "ẞ" apart from "ss"; upper case has no form for them, and no
 * final sigma. The dotless "ı" of Turkish becomes "i".
 */
const foldCase = (text: string): string => text.toLowerCase().toUpperCase().toLowerCase().replaceAll("ς", "σ");

/** Texts of these characters only need no Unicode: most words of settings, and most texts. */
const PLAIN = /^[ -_a-~]*$/;

/**
 * Folds a text to the form in which words are compared: without regard to case, accents, width and other compatibility
 * forms, the kind of quotation marks, dashes and spaces, and invisible characters. Folding again changes nothing.
 * Sources: Unicode Standard, 3.13 (NFKC_Casefold); UAX #44 (Default_Ignorable_Code_Point).
 */
export const fold = (text: string): string => {
  if (PLAIN.test(text)) return text.toLowerCase().replace(/ +/g, " ").trim();
  const decomposed = straighten(straighten(text).normalize("NFKD"));
  return foldCase(decomposed.replace(INVISIBLE, ""))
    .normalize("NFKD")
    .replace(OPTIONAL_MARKS, "")
    .replace(/\p{Pd}|\u2212/gu, "-")
    .replace(SPACES, " ")
    .trim()
    .normalize("NFC");
};
