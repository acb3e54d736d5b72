import { SegmentedMessage } from "sms-segments-calculator";

/** How a text travels: in the 7-bit alphabet of GSM 03.38, or as UTF-16 when one character is not in it. */
export interface Segmentation {
  readonly encoding: "GSM-7" | "UCS-2";
  /** Parts of 140 bytes, at least 1. */
  readonly segmentCount: number;
}

export const segment = (text: string): Segmentation => {
  const message = new SegmentedMessage(text);
  return { encoding: message.encodingName, segmentCount: Math.max(1, message.segmentsCount) };
};
