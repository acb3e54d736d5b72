import { expect, it } from "vitest";
import { segment } from "./segments.ts";

it.each([
  ["", "GSM-7", 1],
  ["a".repeat(160), "GSM-7", 1],
  ["a".repeat(161), "GSM-7", 2],
  ["a".repeat(152) + "€".repeat(77), "GSM-7", 3], // an escape pair is not split over two segments
  ["你".repeat(70), "UCS-2", 1],
  ["你".repeat(71), "UCS-2", 2],
  ["你".repeat(66) + "😀".repeat(34), "UCS-2", 3], // nor is a surrogate pair
] as const)("counts the segments of %j in %s: %i", (text, encoding, segmentCount) => {
  expect(segment(text)).toEqual({ encoding, segmentCount });
});
