import { SegmentedMessage } from "sms-segments-calculator";

/** The encoding of a text: the 7-bit alphabet of GSM 03.38, or UTF-16 if one of its characters is not in that. */
export interface Segmentation {
  readonly encoding: "GSM-7" | "UCS-2";
  /** Parts of 140 bytes, at least 1. */
  readonly segmentCount: number;
}

export const segment = (text: string): Segmentation => {
  const message = new SegmentedMessage(text);
  return { encoding: message.encodingName, segmentCount: Math.max(1, message.segmentsCount) };
};
