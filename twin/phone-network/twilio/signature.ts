import { createHmac } from "node:crypto";

/**
 * The value of X-Twilio-Signature. Source: Twilio, webhooks security.
 * @param url - as configured at Twilio, without the fragment.
 * @param fields - all fields of the form; none for a body of another kind.
 */
export const twilioSignature = (
  authToken: string,
  url: string,
  fields: Readonly<Record<string, string>> = {},
): string => {
  const signed = Object.keys(fields)
    .sort()
    .reduce((text, name) => text + name + fields[name], url);
  return createHmac("sha1", authToken).update(signed, "utf8").digest("base64");
};
