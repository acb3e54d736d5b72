import { describe, expect, it, vi } from "vitest";
import { telesignSignature } from "./signature.ts";
import { COMPANY, CUSTOMER, startTelesign } from "./testing.ts";

type Telesign = Awaited<ReturnType<typeof startTelesign>>;

const TIMESTAMP = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);

const text = ({ network }: Telesign, words = "Where is my order?") =>
  network.text({ from: CUSTOMER, to: COMPANY, text: words }).messageId;

/** The two headers with the right signature replaced by "valid", and the customer id by "id". */
const signatures = ({ account, receiver }: Telesign) =>
  receiver.callbacks.map(({ headers, body }) => {
    const { customerId, apiKey } = account;
    const valid = telesignSignature(apiKey, body);
    return [headers.authorization, headers["x-ts-authorization"]].map((header) =>
      String(header).replace(customerId, "id").replace(valid, "valid"),
    );
  });

const codes = ({ bodies }: Telesign) => bodies().map(({ status }) => status.code);

describe("a customer's text", () => {
  it("is posted to the account's URL as signed JSON", async () => {
    const telesign = await startTelesign();
    const messageId = text(telesign);
    expect(messageId).toMatch(/^[0-9A-F]{32}$/);
    expect(await telesign.called(1)).toMatchObject([{ provider: "telesign", about: "text", outcome: "accepted" }]);
    expect(telesign.receiver.callbacks).toMatchObject([
      { url: `${telesign.app}/api/telesign?code=key`, headers: { "content-type": "application/json" } },
    ]);
    expect(telesign.bodies()).toEqual([
      {
        reference_id: messageId,
        sub_resource: "mo_sms",
        submit_timestamp: TIMESTAMP,
        status: { code: 1500, description: "Delivered to customer", updated_on: TIMESTAMP },
        errors: {},
        user_response: {
          sender_id: "13105550100",
          iso_country_code: "US",
          action: "generic",
          keyword: "",
          phone_number: "14255550123",
          mo_message: "Where is my order?",
          price: "0.01",
        },
      },
    ]);
    expect(signatures(telesign)).toEqual([["TSA id:valid", "TSA id:valid"]]);
  });

  it.each([
    ["Stop", "stop", "stop"],
    ["ARRÊT", "stop", "arrêt"],
    ["Contact", "help", "contact"],
    ["start", "start", "start"],
    ["stopall", "generic", ""],
    ["OPTOUT", "generic", ""],
    ["revoke", "generic", ""],
  ])("%s is classified as %s", async (words, action, keyword) => {
    const telesign = await startTelesign();
    text(telesign, words);
    await telesign.called(1);
    expect(telesign.bodies()).toMatchObject([{ user_response: { action, keyword, mo_message: words } }]);
  });

  it("STOP gets no reply from TeleSign and blocks nothing", async () => {
    const telesign = await startTelesign();
    text(telesign, "STOP");
    await telesign.send();
    expect(telesign.network.handset(CUSTOMER)).toMatchObject([{ origin: "sender" }]);
  });

  it("can repeat an id in TeleSign's format only, and has no media", async () => {
    const { network } = await startTelesign();
    const hello = { from: CUSTOMER, to: COMPANY, text: "Hi" };
    const messageId = "0".repeat(32);
    expect(network.text({ ...hello, messageId })).toMatchObject({ messageId });
    expect(() => network.text({ ...hello, messageId: "first" })).toThrow("in capitals");
    const media = [{ url: "https://media.example/1.jpg", contentType: "image/jpeg" }];
    expect(() => network.text({ ...hello, media })).toThrow("no MMS");
  });

  it("is posted to the URL that was set last", async () => {
    const telesign = await startTelesign();
    telesign.network.updateAccount("telesign", { callbackUrl: `${telesign.app}/another` });
    text(telesign);
    await telesign.called(1);
    expect(telesign.receiver.callbacks).toMatchObject([{ url: `${telesign.app}/another` }]);
  });
});

describe("an attempt that fails", () => {
  it("is retried after 5, 10 and 15 seconds, and then given up", async () => {
    const telesign = await startTelesign();
    telesign.receiver.respondNext(202, 204, 500, 404);
    const messageId = text(telesign);
    for (const [index, waitMs] of [5_000, 10_000, 15_000].entries()) {
      await telesign.called(index + 1);
      telesign.clock.advance(waitMs - 1_000);
      expect(telesign.receiver.callbacks).toHaveLength(index + 1);
      telesign.clock.advance(1_000);
    }
    expect(await telesign.called(4)).toMatchObject([
      { messageId, attempt: 1, outcome: "refused", status: 202, nextAttemptAt: expect.stringMatching(/Z$/) },
      { messageId, attempt: 2, status: 204 },
      { messageId, attempt: 3, status: 500 },
      { messageId, attempt: 4, status: 404 },
    ]);
    telesign.clock.advance(3_600_000);
    expect(telesign.network.isIdle()).toBe(true);
    expect(telesign.lines.at(-1)).toBe(`telesign text ${messageId} not accepted, attempt 4: 404; given up`);
  });

  it("times out after 5 seconds of the clock", async () => {
    const telesign = await startTelesign();
    telesign.receiver.respondNext("never");
    text(telesign);
    await vi.waitFor(() => expect(telesign.receiver.callbacks).toHaveLength(1));
    telesign.clock.advance(5_000);
    expect(await telesign.called(1)).toMatchObject([{ outcome: "TimedOut", error: "no response within 5 seconds" }]);
    telesign.clock.advance(5_000);
    expect(await telesign.called(2)).toMatchObject([{ attempt: 1 }, { attempt: 2, outcome: "accepted" }]);
  });
});

describe("delivery reports", () => {
  it("report the gateway and the handset, with the external id", async () => {
    const telesign = await startTelesign();
    const { reference_id: id } = (await telesign.send({ external_id: "out-1" })).body;
    await telesign.letPass(1);
    const report = {
      reference_id: id,
      submit_timestamp: TIMESTAMP,
      external_id: "out-1",
      additional_info: {
        sender_id: "13105550100",
        cleansed_phone_number: "14255550123",
        message_parts_count: 1,
        price: "0.0065",
        currency: "USD",
      },
    };
    expect(telesign.bodies()).toEqual([
      { ...report, status: { code: 203, description: "Delivered to gateway", updated_on: TIMESTAMP } },
      { ...report, status: { code: 200, description: "Delivered to handset", updated_on: TIMESTAMP } },
    ]);
    expect(signatures(telesign)).toEqual(Array(2).fill(["TSA id:valid", "TSA id:valid"]));
  });

  it("are posted to the URL of the request instead of the account's", async () => {
    const telesign = await startTelesign();
    await telesign.send({ callback_url: `${telesign.app}/mine` });
    await telesign.letPass(1);
    expect(telesign.receiver.callbacks.map(({ url }) => url)).toEqual(Array(2).fill(`${telesign.app}/mine`));
  });

  it.each([207, 210, 211, 229, 510])("report a failure with the code %d", async (code) => {
    const telesign = await startTelesign();
    telesign.network.addFault({ on: "report", effect: "fail", code });
    await telesign.send();
    await telesign.letPass(1);
    expect(codes(telesign)).toEqual([203, code]);
    expect(telesign.network.handset(CUSTOMER)).toEqual([]);
  });

  it.each([
    ["duplicate", [203, 200, 200]],
    ["regress", [203, 200, 207]],
    ["overtake", [200, 203]],
  ] as const)("under the fault %s are %j", async (effect, expected) => {
    const telesign = await startTelesign();
    telesign.network.addFault({ on: "report", effect });
    await telesign.send();
    await telesign.letPass(2);
    expect(codes(telesign)).toEqual(expected);
  });

  it("can be lost, while the status is right", async () => {
    const telesign = await startTelesign();
    telesign.network.addFault({ on: "report", effect: "lose" });
    const { reference_id: id } = (await telesign.send()).body;
    await telesign.letPass(2);
    expect(codes(telesign)).toEqual([203]);
    expect(await telesign.call(`/${id}`)).toMatchObject({ body: { status: { code: 200 } } });
  });
});

describe("the fault", () => {
  const INVALID = expect.not.stringContaining("valid");
  it.each([
    ["forge", [INVALID, INVALID], "Where is my order?"],
    ["tamper", [INVALID, INVALID], "Where is my order?!"],
    ["bare-signature", ["TSA id:valid", "valid"], "Where is my order?"],
  ] as const)("%s changes the signature or the body of one callback", async (effect, expected, words) => {
    const telesign = await startTelesign();
    telesign.network.addFault({ on: "event", effect });
    text(telesign);
    await telesign.called(1);
    text(telesign);
    await telesign.called(2);
    expect(signatures(telesign)).toEqual([expected, ["TSA id:valid", "TSA id:valid"]]);
    expect(telesign.bodies()[0]).toMatchObject({ user_response: { mo_message: words } });
  });

  it("tamper reverses a report", async () => {
    const telesign = await startTelesign();
    telesign.network.addFault({ on: "event", effect: "tamper", times: 2 });
    await telesign.send();
    await telesign.letPass(1);
    expect(codes(telesign)).toEqual([200, 211]);
    expect(signatures(telesign)).toEqual(Array(2).fill([INVALID, INVALID]));
  });

  it("replay repeats a callback later with the same bytes", async () => {
    const telesign = await startTelesign();
    telesign.network.addFault({ on: "event", effect: "replay", delayMs: 3_600_000 });
    text(telesign);
    await telesign.called(1);
    telesign.clock.advance(3_600_000);
    await telesign.called(2);
    const [first, second] = telesign.receiver.callbacks;
    expect(second).toEqual(first);
  });

  it("deliver-twice or hold repeats or reorders callbacks", async () => {
    const telesign = await startTelesign();
    telesign.network.addFault({ on: "event", effect: "hold" });
    telesign.network.addFault({ on: "event", effect: "deliver-twice" });
    const held = text(telesign);
    const twice = text(telesign);
    const order = (await telesign.called(3)).map(({ messageId }) => messageId);
    expect(order.filter((id) => id === twice)).toHaveLength(2);
    expect(order.indexOf(held)).toBeGreaterThan(0);
  });
});
