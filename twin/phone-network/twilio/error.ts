import { type HttpReply, json } from "../../http/server.ts";

/** Twilio's error codes, as far as they are spoken here, with their HTTP status. Source: Twilio, error dictionary. */
const STATUSES = {
  20001: 400, // unknown or impossible parameter
  20003: 401,
  20004: 405,
  20404: 404,
  20429: 429,
  20500: 500,
  20503: 503,
  21211: 400, // To is no number
  21212: 400, // From is no number
  21602: 400, // no Body
  21603: 400, // no From
  21604: 400, // no To
  21606: 400, // From is not the account's
  21609: 400, // StatusCallback is no URL
  21610: 400, // the customer opted out
  21617: 400, // Body is too long
} as const;

type TwilioErrorCode = keyof typeof STATUSES;

/** A refusal in Twilio's form. @param status - of HTTP; that of the code when absent. */
export const twilioError = (
  code: number,
  message: string,
  { status = STATUSES[code as TwilioErrorCode] ?? 400, headers = {} }: ErrorOptions = {},
): HttpReply =>
  json(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status }, headers);

interface ErrorOptions {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}
