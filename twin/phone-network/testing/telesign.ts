import { clientOf, startNetwork } from "./network.ts";

export const COMPANY = "+13105550100";
export const CUSTOMER = "+14255550123";

/** A network with a number at TeleSign, an app that is called back, and a client of the REST API. */
export const startTelesign = async () => {
  const parts = await startNetwork((app) => ({
    numbers: [{ number: COMPANY, provider: "telesign", type: "long-code" }],
    telesign: { callbackUrl: `${app}/api/telesign?code=key` },
  }));
  const { customerId, apiKey } = parts.network.telesignAccount;
  /** Asks for a path below that of the messaging API. */
  const call = clientOf(`${parts.network.url}/v1/messaging`, `${customerId}:${apiKey}`);
  /** Sends a text that is as it should be, but for the changes; an empty field is left out. */
  const send = (changes: Record<string, string> = {}) => {
    const form = { phone_number: "14255550123", message: "It is on its way.", message_type: "ARN", ...changes };
    const given = Object.entries(form).filter(([, value]) => value !== "");
    return call("", { method: "POST", body: new URLSearchParams(given) });
  };
  /** The JSON that came. */
  const bodies = () => parts.receiver.callbacks.map(({ body }) => JSON.parse(body));
  return { ...parts, call, send, bodies };
};
