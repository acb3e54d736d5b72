import { TransientError } from "../../../shared/kernel/errors.ts";
import type { Verification } from "../../../shared/sms/provider.ts";

/**
 * What the answer to a question about a text that nobody sent tells of the account.
 * @param webhookUrl - ours.
 * @throws TransientError when it tells nothing.
 */
export const verificationOf = (status: number, webhookUrl: string, purpose: string): Verification => {
  switch (status) {
    case 200:
    case 404:
      return { checks: [{ ok: true, message: "TeleSign takes requests of this app." }, ...untold(webhookUrl)] };
    case 401:
    case 403:
      return {
        checks: [
          {
            ok: false,
            message: "TeleSign refuses this app: check TELESIGN_CUSTOMER_ID, TELESIGN_API_KEY and the URL.",
          },
        ],
      };
    default:
      throw new TransientError(`${purpose}: status ${status}`);
  }
};

const untold = (webhookUrl: string): Verification["checks"] => [
  {
    ok: true,
    message:
      "It does not tell beforehand whether the number is the account's, nor whether it can text both ways: try it.",
  },
  {
    ok: true,
    message: `It does not tell where it brings customers' texts: have ${webhookUrl} registered as the callback URL.`,
  },
];
