import * as z from "zod";

/** The senders that the service knows: E.164, a short code, or up to 11 characters with at least one letter. */
const SENDER = /^(\+[1-9]\d{7,14}|\d{5,6}|(?=.*[A-Za-z])[A-Za-z0-9 +\-_&]{1,11})$/;

const recipientSchema = z.strictObject({
  to: z.string(),
  repeatabilityRequestId: z.string().optional(),
  repeatabilityFirstSent: z.string().optional(),
});

/**
 * The body of a send request in API version 2021-03-07. A member of a later version is refused, not ignored.
 * Source: azure-rest-api-specs, communication/data-plane/Sms.
 */
export const sendRequestSchema = z.strictObject({
  from: z.string().regex(SENDER, { error: "Invalid From phone number format." }),
  smsRecipients: z.array(recipientSchema).min(1).max(100),
  message: z.string().min(1).max(2048),
  smsSendOptions: z.strictObject({ enableDeliveryReport: z.boolean(), tag: z.string().optional() }).optional(),
});

export type SendRequest = z.output<typeof sendRequestSchema>;
export type Recipient = z.output<typeof recipientSchema>;

/** Whether a recipient's repeatability members are both absent, or a GUID and an HTTP date. */
export const isRepeatabilityValid = ({ repeatabilityRequestId: id, repeatabilityFirstSent: firstSent }: Recipient) => {
  if (id === undefined || firstSent === undefined) return id === firstSent;
  return z.guid().safeParse(id).success && isHttpDate(firstSent);
};

/** Only an HTTP date is the same again after parsing and formatting. */
const isHttpDate = (text: string): boolean => !Number.isNaN(Date.parse(text)) && new Date(text).toUTCString() === text;
