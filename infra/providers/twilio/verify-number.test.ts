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

/** What the phone network's account never is: Twilio's answers, each made for one finding. */
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
  const { checks } = await verifyNumber(new TwilioApi(ours, async () => {}), ours, addressSchema.parse(NUMBER));
  return checks.filter(({ ok: good }) => !good).map(({ message: text }) => text);
};

it("says that an account is suspended", async () => {
  expect(await verifyAgainst({ account: { status: "suspended" } })).toEqual([expect.stringContaining("suspended")]);
});

it("says that a number cannot text", async () => {
  const bad = await verifyAgainst({ number: { capabilities: { sms: false } } });
  expect(bad).toEqual(["The number cannot text."]);
});

it("says that an app at Twilio takes the texts, whatever the number's own address", async () => {
  const bad = await verifyAgainst({ number: { sms_application_sid: `AP${"0".repeat(32)}` } });
  expect(bad).toEqual([expect.stringContaining("TwiML app")]);
});

it("says that texts have to be posted", async () => {
  expect(await verifyAgainst({ number: { sms_method: "GET" } })).toEqual([expect.stringContaining("with POST")]);
});

it.each([{ status: 503 }, { status: 429 }, { account: { status: null } }, { number: { capabilities: null } }])(
  "gives up for now when the answer is %j",
  async (answer) => {
    await expect(verifyAgainst(answer)).rejects.toThrow(TransientError);
  },
);
