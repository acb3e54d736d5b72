/** The error codes of Twilio that the twin knows, with their HTTP status. Source: Twilio, error dictionary. */
const STATUSES = {
  20001: 400, // unknown or invalid parameter
  20003: 401,
  20004: 405,
  20404: 404,
  20429: 429,
  20500: 500,
  20503: 503,
  21211: 400, // To is invalid
  21212: 400, // From is invalid
  21602: 400, // no Body
  21603: 400, // no From
  21604: 400, // no To
  21606: 400, // From is not the account's
  21609: 400, // StatusCallback is invalid
  21610: 400, // the customer opted out
  21617: 400, // Body is too long
} as const;

type TwilioErrorCode = keyof typeof STATUSES;

interface ErrorOptions {
  /** HTTP status; by default the documented one of the code, or 400. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error response in Twilio's format. */
export const twilioError = (
  code: number,
  message: string,
  { status = STATUSES[code as TwilioErrorCode] ?? 400, headers = {} }: ErrorOptions = {},
): Response =>
  Response.json(
    { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
    { status, headers },
  );
