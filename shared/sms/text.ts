import { SegmentedMessage } from "sms-segments-calculator";
import { writtenTextSchema } from "../kernel/text.ts";

/**
 * Most UTF-16 code units of a text that we send. Source: Dynamics 365 SMS channel (1,600 characters sent and received);
 * ACS allows 2,048, Twilio and TeleSign 1,600.
 */
export const TEXT_CAP = 1600;

/** The text of a reply. */
export const replyTextSchema = writtenTextSchema(TEXT_CAP);

/**
 * Counts the segments that carriers bill: 160 GSM-7 or 70 UCS-2 units in a single one, 153 or 67 in each of several. A
 * text over the cap is counted in pieces, because the time of the calculation grows with the square of the length.
 * @returns at least 1.
 */
export const segmentCount = (text: string): number => {
  let segments = 0;
  for (let start = 0; start < text.length; start += TEXT_CAP) {
    segments += new SegmentedMessage(text.slice(start, start + TEXT_CAP)).segmentsCount;
  }
  return Math.max(1, segments);
};
