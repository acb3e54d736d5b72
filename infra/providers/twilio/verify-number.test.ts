import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { TransientError } from "../../../shared/kernel/errors.ts";
import { addressSchema } from "../../../shared/sms/address.ts";
import { TwilioApi } from "./twilio-api.ts";
import { verifyNumber } from "./verify-number.ts";

const NUMBER = "+12065550100";
const OURS = "https://hilo.example/api/webhooks/twilio";

/** Verifies against crafted responses, for states that the phone network's account never has. @returns the failed checks. */
const verifyAgainst = async ({ account = {}, number = {}, status = 200 }) => {
  const server = createServer((request, response) => {
    const isAccount = /^[^?]*\/AC\w+\.json/.test(request.url ?? "");
    const found = { phone_number: NUMBER, capabilities: { sms: true }, sms_url: `${OURS}#rc=3&rp=all`, ...number };
    const body = isAccount ? { status: "active", ...account } : { incoming_phone_numbers: [found] };
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close().closeAllConnections());
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ours = { accountSid: `AC${"a".repeat(32)}`, authTokens: ["token"] as const, apiUrl, webhookUrl: OURS };
  const { checks } = await verifyNumber(new TwilioApi(ours), ours, addressSchema.parse(NUMBER));
  return checks.filter(({ ok }) => !ok).map(({ message: text }) => text);
};

it("reports a suspended account", async () => {
  expect(await verifyAgainst({ account: { status: "suspended" } })).toEqual([expect.stringContaining("suspended")]);
});

it("reports a number that cannot send texts", async () => {
  const failed = await verifyAgainst({ number: { capabilities: { sms: false } } });
  expect(failed).toEqual(["The number cannot send texts."]);
});

it("reports that a TwiML app gets the texts, whatever the number's own webhook", async () => {
  const failed = await verifyAgainst({ number: { sms_application_sid: `AP${"0".repeat(32)}` } });
  expect(failed).toEqual([expect.stringContaining("TwiML app")]);
});

it("reports a webhook that does not use POST", async () => {
  expect(await verifyAgainst({ number: { sms_method: "GET" } })).toEqual([expect.stringContaining("with POST")]);
});

it.each([{ status: 503 }, { status: 429 }, { account: { status: null } }, { number: { capabilities: null } }])(
  "throws a TransientError when the response is %j",
  async (response) => {
    await expect(verifyAgainst(response)).rejects.toThrow(TransientError);
  },
);
