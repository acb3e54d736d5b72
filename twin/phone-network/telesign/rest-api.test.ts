import { describe, expect, it } from "vitest";
import { REPORT_DELAY_MS } from "../testing/network.ts";
import { COMPANY, CUSTOMER, startTelesign } from "./testing.ts";

const REFERENCE_ID = expect.stringMatching(/^[0-9A-F]{32}$/);
const TIMESTAMP = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);

describe("a new message", () => {
  it("gets a response in the documented form and reaches the handset", async () => {
    const { network, send } = await startTelesign();
    const { status, body } = await send({ external_id: "out-1", sender_id: "13105550100" });
    expect(status).toBe(200);
    expect(body).toEqual({
      reference_id: REFERENCE_ID,
      status: { code: 290, description: "Message in progress", updated_on: TIMESTAMP },
      external_id: "out-1",
    });
    expect(network.handset(CUSTOMER)).toEqual([
      {
        messageId: body.reference_id,
        from: COMPANY,
        to: CUSTOMER,
        text: "It is on its way.",
        encoding: "GSM-7",
        segmentCount: 1,
        receivedAt: expect.stringMatching(/Z$/),
        origin: "sender",
      },
    ]);
  });

  it("is sent twice when it is posted twice", async () => {
    const { network, send } = await startTelesign();
    await send({ external_id: "out-1" });
    await send({ external_id: "out-1" });
    expect(network.handset(CUSTOMER)).toHaveLength(2);
  });

  it("can have 1600 characters", async () => {
    const { send } = await startTelesign();
    expect(await send({ message: "x".repeat(1600) })).toMatchObject({ status: 200 });
  });

  it.each([
    [{ phone_number: "" }, 12000],
    [{ phone_number: "+14255550123" }, 11000],
    [{ phone_number: "4255550123" }, 11000],
    [{ message: "" }, 12009],
    [{ message: "x".repeat(1601) }, 11009],
    [{ message_type: "" }, 12017],
    [{ message_type: "SUPPORT" }, 11017],
    [{ sender_id: "18005550100" }, 11013],
    [{ sender_id: "+13105550100" }, 11013],
    [{ callback_url: "/status" }, 11004],
    [{ colour: "red" }, 509],
  ])("is refused with %j: %d", async (changes: Record<string, string>, code) => {
    const { network, send } = await startTelesign();
    const { status, body } = await send({ external_id: "out-1", ...changes });
    expect(status).toBe(400);
    expect(body).toEqual({
      reference_id: REFERENCE_ID,
      status: { code, description: expect.any(String), updated_on: TIMESTAMP },
      external_id: "out-1",
    });
    expect(network.handset(CUSTOMER)).toEqual([]);
  });

  it("must be a form", async () => {
    const { call } = await startTelesign();
    const headers = { "content-type": "application/json" };
    expect(await call("", { method: "POST", headers, body: "{}" })).toMatchObject({
      status: 400,
      body: { status: { code: 509 } },
    });
  });
});

describe("access", () => {
  it.each([
    ["other:key", 10015],
    ["00000000-0000-4000-8000-000000000001:key", 10022],
    ["malformed", 10028],
  ])("is refused to %s: %d", async (user, code) => {
    const { call } = await startTelesign();
    expect(await call("", { method: "POST" }, user)).toMatchObject({ status: 401, body: { status: { code } } });
  });

  it("is refused without the header", async () => {
    const { network } = await startTelesign();
    const response = await fetch(`${network.url}/v1/messaging`, { method: "POST" });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ status: { code: 10009 } });
  });
});

describe("the status of a message", () => {
  it("becomes delivered", async () => {
    const { clock, send, call } = await startTelesign();
    const { reference_id: id } = (await send({ external_id: "out-1" })).body;
    clock.advance(REPORT_DELAY_MS);
    expect(await call(`/${id}`)).toMatchObject({
      status: 200,
      body: {
        reference_id: id,
        status: { code: 200, description: "Delivered to handset" },
        submit_timestamp: TIMESTAMP,
        external_id: "out-1",
      },
    });
  });

  it("has the code of a fault when the text failed", async () => {
    const { clock, network, send, call } = await startTelesign();
    network.addFault({ on: "report", effect: "fail", code: 510 });
    const { reference_id: id } = (await send()).body;
    clock.advance(REPORT_DELAY_MS);
    expect(await call(`/${id}`)).toMatchObject({ body: { status: { code: 510 } } });
    expect(network.handset(CUSTOMER)).toEqual([]);
  });

  it("is not found by an unknown id", async () => {
    const { call } = await startTelesign();
    expect(await call(`/${"0".repeat(32)}`)).toMatchObject({ status: 404, body: { status: { code: 10017 } } });
  });

  it("is refused to other methods", async () => {
    const { call } = await startTelesign();
    expect(await call(`/${"0".repeat(32)}`, { method: "DELETE" })).toMatchObject({ status: 405 });
    expect(await call("")).toMatchObject({ status: 405 });
  });
});

describe("faults", () => {
  it.each([
    [429, 10019],
    [401, 10022],
    [400, 11000],
    [500, 10000],
    [503, 10000],
  ] as const)("fail a request with %d and %d, and no text is sent", async (status, code) => {
    const { network, send } = await startTelesign();
    network.addFault({ on: "send", effect: "status", status, retryAfterSeconds: 2 });
    const refused = await send();
    expect(refused).toMatchObject({ status, body: { status: { code } } });
    expect(refused.headers.get("retry-after")).toBe("2");
    expect(network.handset(CUSTOMER)).toEqual([]);
  });

  it("refuse a recipient with the provider's code", async () => {
    const { network, send } = await startTelesign();
    network.addFault({ on: "send", effect: "refuse-recipient", errorMessage: "Not verified", code: 10033 });
    expect(await send()).toMatchObject({ status: 400, body: { status: { code: 10033, description: "Not verified" } } });
    expect(await send()).toMatchObject({ status: 200 });
  });

  it("drop the connection after the text was sent", async () => {
    const { network, send } = await startTelesign();
    network.addFault({ on: "send", effect: "drop-connection" });
    await expect(send()).rejects.toThrow("fetch failed");
    expect(network.handset(CUSTOMER)).toHaveLength(1);
  });
});
