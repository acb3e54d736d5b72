import { describe, expect, it, vi } from "vitest";
import { REPORT_DELAY_MS } from "../testing/network.ts";
import { COMPANY, CUSTOMER, startTwilio, TOLL_FREE } from "./testing.ts";

describe("a new message", () => {
  it("gets a response in the documented form and reaches the handset", async () => {
    const { network, account, send } = await startTwilio();
    const { accountSid } = account;
    const { status, body } = await send();
    expect(status).toBe(201);
    expect(body).toEqual({
      account_sid: accountSid,
      api_version: "2010-04-01",
      body: "It is on its way.",
      date_created: expect.stringMatching(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/),
      date_sent: null,
      date_updated: expect.stringMatching(/\+0000$/),
      direction: "outbound-api",
      error_code: null,
      error_message: null,
      from: COMPANY,
      messaging_service_sid: null,
      num_media: "0",
      num_segments: "1",
      price: null,
      price_unit: "USD",
      sid: expect.stringMatching(/^SM[0-9a-f]{32}$/),
      status: "queued",
      subresource_uris: { media: `/2010-04-01/Accounts/${accountSid}/Messages/${body.sid}/Media.json` },
      to: CUSTOMER,
      uri: `/2010-04-01/Accounts/${accountSid}/Messages/${body.sid}.json`,
    });
    expect(network.handset(CUSTOMER)).toMatchObject([
      { messageId: body.sid, from: COMPANY, text: "It is on its way." },
    ]);
  });

  it("is sent twice when it is posted twice", async () => {
    const { network, send } = await startTwilio();
    const sids = [(await send()).body.sid, (await send()).body.sid];
    expect(new Set(sids).size).toBe(2);
    expect(network.handset(CUSTOMER)).toHaveLength(2);
  });

  it("can have 1600 characters", async () => {
    const { send } = await startTwilio();
    expect(await send({ Body: "é".repeat(1600) })).toMatchObject({ status: 201, body: { num_segments: "11" } });
  });

  it.each([
    [{ Body: "x".repeat(1601) }, 21617],
    [{ Body: "" }, 21602],
    [{ To: "" }, 21604],
    [{ To: "4255550123" }, 21211],
    [{ From: "" }, 21603],
    [{ From: "CONTOSO" }, 21212],
    [{ From: "+18005550100" }, 21606],
    [{ StatusCallback: "/status" }, 21609],
    [{ StatusCallback: "https://app.example/status#rc=9" }, 21609],
    [{ MessagingServiceSid: `MG${"0".repeat(32)}` }, 20001],
  ])("is refused with %j: %d", async (changes: Record<string, string>, code) => {
    const { network, send } = await startTwilio();
    const { status, body } = await send(changes);
    expect(status).toBe(400);
    expect(body).toEqual({
      code,
      message: expect.any(String),
      more_info: `https://www.twilio.com/docs/errors/${code}`,
      status: 400,
    });
    expect(network.handset(CUSTOMER)).toEqual([]);
  });

  it("must be a form", async () => {
    const { call } = await startTwilio();
    const body = JSON.stringify({ To: CUSTOMER, From: COMPANY, Body: "Hello!" });
    const headers = { "content-type": "application/json" };
    expect(await call("/Messages.json", { method: "POST", headers, body })).toMatchObject({ status: 400 });
  });
});

describe("access", () => {
  it("is granted to both auth tokens and to the API key", async () => {
    const { account, call } = await startTwilio();
    const { accountSid, authToken, secondaryAuthToken, apiKeySid, apiKeySecret } = account;
    for (const user of [
      `${accountSid}:${authToken}`,
      `${accountSid}:${secondaryAuthToken}`,
      `${apiKeySid}:${apiKeySecret}`,
    ]) {
      expect(await call("/Messages.json", {}, user)).toMatchObject({ status: 200 });
    }
  });

  it.each(["other:password", "malformed"])("is refused to %s with 401 and 20003", async (user) => {
    const { call } = await startTwilio();
    expect(await call("/Messages.json", {}, user)).toMatchObject({ status: 401, body: { code: 20003, status: 401 } });
  });

  it("to the account resource is refused to a standard API key", async () => {
    const { account, call } = await startTwilio();
    const { apiKeySid, apiKeySecret } = account;
    expect(await call(".json")).toMatchObject({ status: 200 });
    expect(await call(".json", {}, `${apiKeySid}:${apiKeySecret}`)).toMatchObject({ status: 401 });
  });

  it("to another account fails with 404", async () => {
    const { call, follow } = await startTwilio();
    const other = `/2010-04-01/Accounts/AC${"c".repeat(32)}/Messages.json`;
    expect(await follow(other)).toMatchObject({ status: 404, body: { code: 20404 } });
    expect(await call(`/Messages/SM${"0".repeat(32)}.json`)).toMatchObject({ status: 404, body: { code: 20404 } });
  });

  it("is refused to other methods", async () => {
    const { call } = await startTwilio();
    expect(await call("/Messages.json", { method: "DELETE" })).toMatchObject({ status: 405, body: { code: 20004 } });
  });
});

describe("the status of a message", () => {
  it("becomes delivered, with the time of the clock at which it was sent", async () => {
    const { clock, send, call } = await startTwilio();
    const { sid } = (await send()).body;
    clock.advance(REPORT_DELAY_MS);
    expect(await call(`/Messages/${sid}.json`)).toMatchObject({
      body: { sid, status: "delivered", date_sent: expect.stringMatching(/\+0000$/), error_code: null },
    });
  });

  it.each([
    [30005, "undelivered"],
    [30001, "failed"],
  ])("with the code %d is %s", async (code, status) => {
    const { clock, network, send, call } = await startTwilio();
    network.addFault({ on: "report", effect: "fail", code });
    const { sid } = (await send()).body;
    clock.advance(REPORT_DELAY_MS);
    expect(await call(`/Messages/${sid}.json`)).toMatchObject({ body: { status, error_code: code } });
    expect(network.handset(CUSTOMER)).toEqual([]);
  });
});

describe("the list of messages", () => {
  const sids = (body: { messages: { sid: string }[] }) => body.messages.map(({ sid }) => sid);

  it("has received and sent messages, newest first", async () => {
    const { network, send, call } = await startTwilio();
    const { messageId } = network.text({ from: CUSTOMER, to: COMPANY, text: "Hello?" });
    const { sid } = (await send()).body;
    const { body } = await call("/Messages.json");
    expect(body.messages).toMatchObject([
      { sid, direction: "outbound-api" },
      { sid: messageId, direction: "inbound", status: "received", body: "Hello?" },
    ]);
    expect(body.next_page_uri).toBeNull();
  });

  it("has a repeated text once", async () => {
    const { network, call } = await startTwilio();
    const { messageId } = network.text({ from: CUSTOMER, to: COMPANY, text: "Hello?" });
    network.text({ from: CUSTOMER, to: COMPANY, text: "Hello?", messageId });
    expect(sids((await call("/Messages.json")).body)).toEqual([messageId]);
  });

  it("can be filtered by receiver, sender and time", async () => {
    const { clock, network, send, call } = await startTwilio();
    network.text({ from: CUSTOMER, to: COMPANY, text: "Hello?" });
    await send();
    clock.advance(2 * 86_400_000);
    const { sid } = (await send()).body;
    const since = new Date(clock.now() - 60_000).toISOString().replace(/\.\d+/, "");
    const to = encodeURIComponent(CUSTOMER);
    const from = encodeURIComponent(COMPANY);
    expect(sids((await call(`/Messages.json?To=${to}&From=${from}`)).body)).toHaveLength(2);
    expect(sids((await call(`/Messages.json?To=${from}`)).body)).toHaveLength(1);
    expect(sids((await call(`/Messages.json?DateSent>=${since}`)).body)).toEqual([sid]);
    expect(sids((await call(`/Messages.json?DateSent=${since.slice(0, 10)}`)).body)).toEqual([sid]);
    expect(sids((await call(`/Messages.json?DateSent<=${since.slice(0, 10)}`)).body)).toHaveLength(3);
  });

  it("comes in pages, each with the URL of the next", async () => {
    const { send, call, follow } = await startTwilio();
    const sent: string[] = [];
    for (let count = 0; count < 5; count += 1) sent.unshift((await send()).body.sid);
    let page = (await call(`/Messages.json?From=${encodeURIComponent(COMPANY)}&PageSize=2`)).body;
    const listed = sids(page);
    while (page.next_page_uri) {
      page = (await follow(page.next_page_uri)).body;
      listed.push(...sids(page));
    }
    expect(listed).toEqual(sent);
  });

  it.each(["PageSize=0", "PageSize=1001", "DateSent>=yesterday", "Colour=red", "Page=1"])(
    "refuses %s",
    async (query) => {
      const { call } = await startTwilio();
      expect(await call(`/Messages.json?${query}`)).toMatchObject({ status: 400, body: { code: 20001 } });
    },
  );
});

describe("a resource for verification", () => {
  it("shows that the account is active", async () => {
    const { account, call } = await startTwilio();
    expect(await call(".json")).toMatchObject({
      body: { sid: account.accountSid, status: "active", friendly_name: "Twin" },
    });
  });

  it("shows that a number is the account's and can carry SMS, and the URL of its webhook", async () => {
    const { app, call } = await startTwilio();
    const { body } = await call(`/IncomingPhoneNumbers.json?PhoneNumber=${encodeURIComponent(TOLL_FREE)}`);
    expect(body.incoming_phone_numbers).toMatchObject([
      {
        sid: expect.stringMatching(/^PN[0-9a-f]{32}$/),
        phone_number: TOLL_FREE,
        capabilities: { sms: true },
        sms_url: `${app}/api/twilio/sms?code=key`,
        sms_method: "POST",
      },
    ]);
    const other = await call(`/IncomingPhoneNumbers.json?PhoneNumber=${encodeURIComponent("+18005550100")}`);
    expect(other.body.incoming_phone_numbers).toEqual([]);
  });
});

describe("faults", () => {
  it.each([
    [429, 20429],
    [401, 20003],
    [400, 20001],
    [500, 20500],
    [503, 20503],
  ] as const)("fail a request with %d and %d, and no text is sent", async (status, code) => {
    const { network, send } = await startTwilio();
    network.addFault({ on: "send", effect: "status", status, retryAfterSeconds: 2 });
    const refused = await send();
    expect(refused).toMatchObject({ status, body: { code, status } });
    expect(refused.headers.get("retry-after")).toBe("2");
    expect(network.handset(CUSTOMER)).toEqual([]);
  });

  it("refuse a recipient with the provider's code", async () => {
    const { network, send } = await startTwilio();
    network.addFault({ on: "send", effect: "refuse-recipient", errorMessage: "Not mobile", code: 21614 });
    expect(await send()).toMatchObject({ status: 400, body: { code: 21614, message: "Not mobile" } });
    expect(await send()).toMatchObject({ status: 201 });
  });

  it("drop the connection after the text was sent, which the list shows", async () => {
    const { network, send, call } = await startTwilio();
    network.addFault({ on: "send", effect: "drop-connection" });
    await expect(send()).rejects.toThrow("fetch failed");
    const { body } = await call(`/Messages.json?To=${encodeURIComponent(CUSTOMER)}`);
    expect(body.messages).toHaveLength(1);
    expect(network.handset(CUSTOMER)).toHaveLength(1);
  });

  it("leave a request unprocessed and without a response", async () => {
    const { network, call } = await startTwilio();
    network.addFault({ on: "send", effect: "no-response" });
    const body = new URLSearchParams({ To: CUSTOMER, From: COMPANY, Body: "Hello!" });
    const signal = AbortSignal.timeout(100);
    await expect(call("/Messages.json", { method: "POST", body, signal })).rejects.toThrow("aborted");
    expect(network.handset(CUSTOMER)).toEqual([]);
  });

  it("delay a request by the clock", async () => {
    const { clock, network, send } = await startTwilio();
    network.addFault({ on: "send", effect: "delay", delayMs: 60_000 });
    const sending = send();
    await vi.waitFor(() => expect(network.faults()).toEqual([]));
    expect(network.handset(CUSTOMER)).toEqual([]);
    clock.advance(60_000);
    expect(await sending).toMatchObject({ status: 201 });
  });
});
