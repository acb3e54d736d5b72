import type { PhoneNetworkOptions } from "../phone-network.ts";
import { clientOf, startNetwork } from "../testing/network.ts";
import { TWILIO_ACCOUNT } from "./account.ts";

export const COMPANY = "+12065550100";
export const TOLL_FREE = "+18885550100";
export const CUSTOMER = "+14255550123";

/** Starts a network with a long code and a toll-free number at Twilio, an app, and a client of the REST API. */
export const startTwilio = async (options: Partial<PhoneNetworkOptions> = {}) => {
  const parts = await startNetwork((app) => ({
    numbers: [
      { number: COMPANY, provider: "twilio", type: "long-code", smsUrl: `${app}/api/twilio/sms?code=key` },
      { number: TOLL_FREE, provider: "twilio", type: "toll-free", smsUrl: `${app}/api/twilio/sms?code=key` },
    ],
    ...options,
  }));
  const { accountSid, authToken } = TWILIO_ACCOUNT;
  /** Requests a full path, as responses contain it. */
  const follow = clientOf(parts.network.url, `${accountSid}:${authToken}`);
  /** Requests a path below the account. */
  const call = clientOf(`${parts.network.url}/2010-04-01/Accounts/${accountSid}`, `${accountSid}:${authToken}`);
  /** Sends a valid text with some fields changed. */
  const send = (changes: Record<string, string> = {}) => {
    const form = { To: CUSTOMER, From: COMPANY, Body: "It is on its way.", ...changes };
    return call("/Messages.json", { method: "POST", body: new URLSearchParams(form) });
  };
  return { ...parts, account: TWILIO_ACCOUNT, follow, call, send };
};
