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

/** Characters in a segment of each encoding: alone, and as one of several. Source: 3GPP TS 23.038 and 23.040. */
const CAPACITY = { "GSM-7": { single: 160, each: 153 }, "UCS-2": { single: 70, each: 67 } } as const;
const BITS = { "GSM-7": 7, "UCS-2": 16 } as const;

export const measure = (text: string): Measure => {
  const over = Math.max(0, text.length - TEXT_CAP);
  if (text === "") return { segments: 0, left: CAPACITY["GSM-7"].single, over, unicode: [] };
  const message = new SegmentedMessage(text.slice(0, TEXT_CAP));
  const encoding = message.encodingName;
  const { single, each } = CAPACITY[encoding];
  const segments = message.segmentsCount;
  const used = message.messageSize / BITS[encoding];
  const capacity = segments === 1 ? single : segments * each;
  return {
    segments,
    left: Math.max(0, Math.floor(capacity - used)),
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
