import { clientOf, startNetwork } from "../testing/network.ts";
import { TELESIGN_ACCOUNT } from "./account.ts";

export const COMPANY = "+13105550100";
export const CUSTOMER = "+14255550123";

/** Starts a network with a number at TeleSign, an app that it calls, and a client of the REST API. */
export const startTelesign = async () => {
  const parts = await startNetwork((app) => ({
    numbers: [{ number: COMPANY, provider: "telesign", type: "long-code" }],
    accounts: { telesign: { callbackUrl: `${app}/api/telesign?code=key` } },
  }));
  const { customerId, apiKey } = TELESIGN_ACCOUNT;
  /** Requests a path below the messaging API. */
  const call = clientOf(`${parts.network.url}/v1/messaging`, `${customerId}:${apiKey}`);
  /** Sends a valid text with some fields changed; an empty field is omitted. */
  const send = (changes: Record<string, string> = {}) => {
    const form = { phone_number: "14255550123", message: "It is on its way.", message_type: "ARN", ...changes };
    const given = Object.entries(form).filter(([, value]) => value !== "");
    return call("", { method: "POST", body: new URLSearchParams(given) });
  };
  /** The bodies of the calls to the app as JSON. */
  const bodies = () => parts.receiver.callbacks.map(({ body }) => JSON.parse(body));
  return { ...parts, account: TELESIGN_ACCOUNT, call, send, bodies };
};
