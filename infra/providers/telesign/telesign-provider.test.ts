import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text as readText } from "node:stream/consumers";
import { COMPANY, CUSTOMER, startTelesign } from "azure-twin/phone-network/telesign/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { OutcomeUnknownError, TransientError } from "../../../shared/kernel/errors.ts";
import { instantSchema } from "../../../shared/kernel/instant.ts";
import { addressSchema } from "../../../shared/sms/address.ts";
import type { OutboundText } from "../../../shared/sms/provider.ts";
import { TelesignProvider } from "./telesign-provider.ts";

const NOW = instantSchema.parse("2026-03-02T10:30:00.000Z");
const TEXT: OutboundText = {
  messageId: "out-1",
  from: addressSchema.parse(COMPANY),
  to: addressSchema.parse(CUSTOMER),
  text: "OK",
  firstSentAt: NOW,
  tag: "thread/out-1",
};

const connect = (apiUrl: string, { customerId = "customer", apiKey = "a2V5" } = {}) =>
  new TelesignProvider({ customerId, apiKey, apiUrl, webhookUrl: "https://hilo.example/hook" }, () => NOW);

const start = async () => {
  const telesign = await startTelesign();
  return { ...telesign, provider: connect(telesign.network.url, telesign.account) };
};

/** Starts a server that gives every request the same response, and records the forms. */
const responding = async (status: number, body: unknown) => {
  const forms: unknown[] = [];
  const server = createServer(async (request, response) => {
    forms.push(Object.fromEntries(new URLSearchParams(await readText(request))));
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close().closeAllConnections());
  return { forms, provider: connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) };
};

const transaction = (code: number) => ({ reference_id: "0123456789ABCDEF0123456789ABCDEF", status: { code } });

describe("sending through TeleSign", () => {
  it("throws a TypeError of a send and of a verification as it is", async () => {
    const defect = connect("no url");
    await expect(defect.send(TEXT)).rejects.toThrow(TypeError);
    await expect(defect.verify(TEXT.from)).rejects.toThrow(TypeError);
  });

  it("writes numbers without the plus, and gives the callback address and the tag", async () => {
    const { forms, provider } = await responding(200, transaction(290));
    await provider.send(TEXT);
    expect(forms).toEqual([
      {
        phone_number: "14255550123",
        sender_id: "13105550100",
        message: "OK",
        message_type: "ARN",
        external_id: "thread/out-1",
        callback_url: "https://hilo.example/hook",
      },
    ]);
  });

  it("sends nothing after an earlier attempt, whose outcome TeleSign cannot tell", async () => {
    const { forms, provider } = await responding(200, transaction(290));
    expect(await provider.send({ ...TEXT, previousAttempts: { firstAt: NOW, lastAt: NOW } })).toEqual({
      kind: "unknown",
    });
    expect(forms).toEqual([]);
  });

  it.each([
    [11_000, "number-invalid"],
    [11_009, "text-rejected"],
    [11_013, "sender-not-allowed"],
    [510, "recipient-opted-out"],
    [99_999, "unknown"],
  ])("translates the refusal %i into %s", async (code, failure) => {
    const { network, provider } = await start();
    network.addFault({ on: "send", effect: "refuse-recipient", errorMessage: "No.", code });
    expect(await provider.send(TEXT)).toEqual({ kind: "refused", failure, code: String(code) });
  });

  it("goes by the status of the transaction, not by the HTTP status", async () => {
    const refused = { kind: "refused", failure: "recipient-opted-out", code: "229" };
    expect(await (await responding(200, transaction(229))).provider.send(TEXT)).toEqual(refused);
    await expect((await responding(200, transaction(503))).provider.send(TEXT)).rejects.toThrow(TransientError);
  });

  it.each([
    [200, {}],
    [500, transaction(10_000)],
    [502, "<html>"],
    [408, transaction(10_000)],
  ])("throws an OutcomeUnknownError after %i %j", async (status, body) => {
    await expect((await responding(status, body)).provider.send(TEXT)).rejects.toThrow(OutcomeUnknownError);
  });

  it.each([301, 401, 402, 403, 404])(
    "throws a TransientError after %i, which an operator can correct",
    async (status) => {
      const { provider } = await responding(status, transaction(10_022));
      await expect(provider.send(TEXT)).rejects.toThrow(TransientError);
    },
  );

  it.each([400, 405, 409, 422])("returns `refused` after %i with TeleSign's code", async (status) => {
    const { provider } = await responding(status, transaction(11_009));
    expect(await provider.send(TEXT)).toEqual({ kind: "refused", failure: "text-rejected", code: "11009" });
  });
});

describe("verifying a number", () => {
  it("says what must be tried and registered by hand", async () => {
    const { provider } = await start();
    const { checks } = await provider.verify(addressSchema.parse(COMPANY));
    expect(checks.map(({ message: text }) => text).join(" ")).toMatch(
      /accepts requests.*both ways.*hilo\.example\/hook/,
    );
  });

  it("throws a TransientError when the response says nothing", async () => {
    const { provider } = await responding(503, transaction(10_000));
    await expect(provider.verify(addressSchema.parse(COMPANY))).rejects.toThrow(TransientError);
  });
});
