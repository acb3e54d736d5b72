import { TransientError } from "../../../shared/kernel/errors.ts";
import type { Verification } from "../../../shared/sms/provider.ts";

/**
 * Interprets the status look-up of a text that does not exist as a check of the account.
 * @param status - the HTTP status of the look-up.
 * @param purpose - names the request in errors.
 * @throws TransientError when the status says nothing about the account.
 */
export const verificationOf = (status: number, webhookUrl: string, purpose: string): Verification => {
  switch (status) {
    case 200:
    case 404:
      return {
        checks: [{ ok: true, message: "TeleSign accepts requests of this app." }, ...manualChecks(webhookUrl)],
      };
    case 401:
    case 403:
      return {
        checks: [
          {
            ok: false,
            message: "TeleSign refuses this app: check TELESIGN_CUSTOMER_ID, TELESIGN_API_KEY and TELESIGN_API_URL.",
          },
        ],
      };
    default:
      throw new TransientError(`${purpose}: status ${status}`);
  }
};

/** TeleSign's API cannot verify these. */
const manualChecks = (webhookUrl: string): Verification["checks"] => [
  {
    ok: true,
    message:
      "Not verified: whether the number belongs to the account and can send and receive texts. Send a text both ways.",
  },
  {
    ok: true,
    message: `Not verified: where TeleSign delivers customers' texts. Have ${webhookUrl} registered as the callback URL.`,
  },
];
