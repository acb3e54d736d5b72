import type { PhoneNetworkOptions } from "../phone-network.ts";
import { clientOf, startNetwork } from "./network.ts";

export const COMPANY = "+12065550100";
export const TOLL_FREE = "+18885550100";
export const CUSTOMER = "+14255550123";

/** A network with a long code and a toll-free number at Twilio, an app, and a client of the REST API. */
export const startTwilio = async (options: Partial<PhoneNetworkOptions> = {}) => {
  const parts = await startNetwork((app) => ({
    numbers: [
      { number: COMPANY, provider: "twilio", type: "long-code", smsUrl: `${app}/api/twilio/sms?code=key` },
      { number: TOLL_FREE, provider: "twilio", type: "toll-free", smsUrl: `${app}/api/twilio/sms?code=key` },
    ],
    ...options,
  }));
  const { accountSid, authToken } = parts.network.twilioAccount;
  /** Asks for a whole path, as answers hold them. */
  const follow = clientOf(parts.network.url, `${accountSid}:${authToken}`);
  /** Asks for a path below the account's. */
  const call = clientOf(`${parts.network.url}/2010-04-01/Accounts/${accountSid}`, `${accountSid}:${authToken}`);
  /** Sends a text that is as it should be, but for the changes. */
  const send = (changes: Record<string, string> = {}) => {
    const form = { To: CUSTOMER, From: COMPANY, Body: "It is on its way.", ...changes };
    return call("/Messages.json", { method: "POST", body: new URLSearchParams(form) });
  };
  return { ...parts, follow, call, send };
};
