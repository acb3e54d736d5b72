import { SegmentedMessage } from "sms-segments-calculator";

/** The most UTF-16 code units of a reply. Source: the API refuses longer ones. */
export const TEXT_CAP = 1_600;

/** What a text costs. */
export interface Measure {
  /** The texts that the carrier bills; 0 for the empty text. */
  readonly segments: number;
  /** Characters until another text begins. */
  readonly left: number;
  /** Characters beyond the cap. */
  readonly over: number;
  /** The characters, each once, because of which a text holds 70 characters instead of 160. */
  readonly unicode: readonly string[];
}

/** Characters of the alphabet GSM-7 in a single text. Source: 3GPP TS 23.038. */
const SINGLE_TEXT = 160;
/** The size of a character in each encoding. */
const BITS = { "GSM-7": 7, "UCS-2": 16 } as const;

export const measure = (text: string): Measure => {
  const over = Math.max(0, text.length - TEXT_CAP);
  if (text === "") return { segments: 0, left: SINGLE_TEXT, over, unicode: [] };
  const message = new SegmentedMessage(text.slice(0, TEXT_CAP));
  // A character that does not fit at the end of a segment leaves room there that no later character takes.
  const freeBits = message.segments.at(-1)?.freeSizeInBits() ?? 0;
  return {
    segments: message.segmentsCount,
    left: Math.max(0, Math.floor(freeBits / BITS[message.encodingName])),
    over,
    unicode: [...new Set(message.getNonGsmCharacters())],
  };
};

/** Typographic characters, and what a phone keyboard writes for them. */
const PLAIN: Readonly<Record<string, string>> = {
  "\u201c": '"',
  "\u201d": '"',
  "\u201e": '"',
  "\u2018": "'",
  "\u2019": "'",
  "\u201a": "'",
  "\u2013": "-",
  "\u2014": "-",
  "\u2026": "...",
  "\u00a0": " ",
  "\u202f": " ",
};
const TYPOGRAPHIC = new RegExp(`[${Object.keys(PLAIN).join("")}]`, "g");

/** Writes typographic characters plainly. */
export const plainText = (text: string): string =>
  text.replace(TYPOGRAPHIC, (character) => PLAIN[character] ?? character);
