import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { TwinClock } from "azure-twin/clock";
import { EventGrid } from "azure-twin/event-grid";
import { PhoneNetwork } from "azure-twin/phone-network";
import { acsConnectionString } from "azure-twin/phone-network/acs/account";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { TransientError } from "../../../shared/kernel/errors.ts";
import { instantSchema } from "../../../shared/kernel/instant.ts";
import { addressSchema } from "../../../shared/sms/address.ts";
import type { OutboundText } from "../../../shared/sms/provider.ts";
import { QUEUES } from "../../service-bus/queues.ts";
import { AcsProvider } from "./acs-provider.ts";
import { repeatabilityIdOf } from "./repeatability.ts";

const CUSTOMER = "+14255550123";

const textOf = (some: Partial<OutboundText> = {}): OutboundText => ({
  messageId: "out-1",
  from: addressSchema.parse("+18005550100"),
  to: addressSchema.parse(CUSTOMER),
  text: "We are on it. ¿Algo más? 😀",
  firstSentAt: instantSchema.parse("2026-03-02T10:30:00.000Z"),
  tag: "thread/out-1",
  ...some,
});

const connect = (connectionString: string) =>
  new AcsProvider({ kind: "connection-string", connectionString }, { identityClientId: undefined });

const startNetwork = async () => {
  const clock = new TwinClock();
  const network = new PhoneNetwork({ clock, events: new EventGrid({ clock }) });
  await network.start(0);
  onTestFinished(() => network.stop());
  const textsReceived = () => network.handset(CUSTOMER).map(({ text }) => text);
  return { network, textsReceived, provider: connect(acsConnectionString(network.url)) };
};

afterEach(() => void vi.restoreAllMocks());

describe("sending through ACS", () => {
  it("delivers the text and returns the provider's id", async () => {
    const { network, provider } = await startNetwork();
    const result = await provider.send(textOf());
    const [received] = network.handset(CUSTOMER);
    expect(received).toMatchObject({ text: textOf().text, from: "+18005550100" });
    expect(result).toEqual({ kind: "accepted", providerMessageId: received?.messageId });
  });

  it("requests a report, sends tag and repeatability id, and removes the headers that carried the id", async () => {
    const { url, requests } = await recordRequests();
    await connect(`endpoint=${url}/;accesskey=a2V5`).send(textOf());
    expect(requests).toEqual([
      {
        headers: expect.anything(),
        body: {
          from: "+18005550100",
          smsRecipients: [
            {
              to: CUSTOMER,
              repeatabilityRequestId: repeatabilityIdOf("out-1"),
              repeatabilityFirstSent: "Mon, 02 Mar 2026 10:30:00 GMT",
            },
          ],
          message: textOf().text,
          smsSendOptions: { enableDeliveryReport: true, tag: "thread/out-1" },
        },
      },
    ]);
    expect(Object.keys(requests[0]?.headers ?? {}).filter((name) => name.startsWith("x-hilo"))).toEqual([]);
  });

  it("sends a message once, however often and in whichever process it is retried", async () => {
    const { network, textsReceived, provider } = await startNetwork();
    const first = await provider.send(textOf());
    expect(await provider.send(textOf())).toEqual(first);
    expect(await connect(acsConnectionString(network.url)).send(textOf())).toEqual(first);
    expect(textsReceived()).toHaveLength(1);
  });

  it("sends two messages with the same text", async () => {
    const { textsReceived, provider } = await startNetwork();
    await provider.send(textOf());
    await provider.send(textOf({ messageId: "out-2" }));
    expect(textsReceived()).toHaveLength(2);
  });

  it("sends a message once when the response is lost", async () => {
    const { network, textsReceived, provider } = await startNetwork();
    network.addFault({ on: "send", effect: "drop-connection" });
    await expect(provider.send(textOf())).rejects.toThrow(TransientError);
    expect(await provider.send(textOf())).toMatchObject({ kind: "accepted" });
    expect(textsReceived()).toHaveLength(1);
  });

  it.each([429, 503] as const)("throws a TransientError after a response of %i, without a retry", async (status) => {
    const { network, textsReceived, provider } = await startNetwork();
    network.addFault({ on: "send", effect: "status", status, retryAfterSeconds: 60, times: 2 });
    await expect(provider.send(textOf())).rejects.toThrow(TransientError);
    expect(network.faults()).toMatchObject([{ times: 1 }]);
    expect(textsReceived()).toEqual([]);
  });

  it("throws a TransientError without a response in a minute, well before the lock ends", async () => {
    const { network, provider } = await startNetwork();
    const timeout = vi.spyOn(AbortSignal, "timeout").mockImplementation(() => AbortSignal.abort());
    network.addFault({ on: "send", effect: "no-response" });
    await expect(provider.send(textOf())).rejects.toThrow(TransientError);
    expect(timeout).toHaveBeenCalledExactlyOnceWith(60_000);
    expect(60).toBeLessThan(QUEUES["outbound-sms"].lockSeconds);
  });

  it("throws a TransientError with its cause when nothing listens", async () => {
    const { network, provider } = await startNetwork();
    await network.stop();
    const failure: unknown = await provider.send(textOf()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure).toMatchObject({ cause: expect.any(Error) });
  });

  it("throws a TransientError with a wrong key, and sends the text with the right one", async () => {
    const { network, provider } = await startNetwork();
    const withWrongKey = connect(acsConnectionString(network.url).replace(/accesskey=.*/, "accesskey=d3Jvbmc="));
    await expect(withWrongKey.send(textOf())).rejects.toThrow(TransientError);
    expect(await provider.send(textOf())).toMatchObject({ kind: "accepted" });
  });

  it("is reachable with the right key only", async () => {
    const { network, provider } = await startNetwork();
    const withWrongKey = connect(acsConnectionString(network.url).replace(/accesskey=.*/, "accesskey=d3Jvbmc="));
    await provider.ping();
    await expect(withWrongKey.ping()).rejects.toThrow(TransientError);
    await network.stop();
    await expect(provider.ping()).rejects.toThrow(TransientError);
  });

  it("throws a TypeError of the app or the SDK as it is", async () => {
    const { provider } = await startNetwork();
    vi.spyOn(AbortSignal, "timeout").mockImplementation(() => {
      throw new TypeError("a defect");
    });
    await expect(provider.send(textOf())).rejects.toThrow(TypeError);
    await expect(provider.verify(textOf().from)).rejects.toThrow(TypeError);
  });

  it.each([301, 401, 402, 403, 404, 408])("throws a TransientError after a response of %i", async (status) => {
    const { url } = await recordRequests(status);
    await expect(connect(`endpoint=${url}/;accesskey=a2V5`).send(textOf())).rejects.toThrow(TransientError);
  });

  it.each([400, 405, 409, 413, 422])("returns `refused` after a response of %i", async (status) => {
    const { url } = await recordRequests(status);
    const result = await connect(`endpoint=${url}/;accesskey=a2V5`).send(textOf());
    expect(result).toEqual({ kind: "refused", failure: "text-rejected", code: String(status) });
  });

  it("throws the SDK's error as it is when the response has a status that the service does not document", async () => {
    const { url } = await recordRequests(204);
    const failure = await connect(`endpoint=${url}/;accesskey=a2V5`)
      .send(textOf())
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "RestError", statusCode: 204 });
  });

  it("returns `refused` when the recipient is refused in an accepted request", async () => {
    const { network, textsReceived, provider } = await startNetwork();
    network.addFault({ on: "send", effect: "refuse-recipient", errorMessage: "Invalid To phone number format." });
    expect(await provider.send(textOf())).toEqual({ kind: "refused", failure: "text-rejected", code: "400" });
    expect(textsReceived()).toEqual([]);
  });

  it.each([429, 503])("throws a TransientError when the recipient is refused with %i", async (httpStatusCode) => {
    const { network, provider } = await startNetwork();
    network.addFault({ on: "send", effect: "refuse-recipient", httpStatusCode, errorMessage: "Not now." });
    await expect(provider.send(textOf())).rejects.toThrow(TransientError);
    expect(await provider.send(textOf())).toMatchObject({ kind: "accepted" });
  });

  it("names the message in its errors, and neither number nor text", async () => {
    const { network, provider } = await startNetwork();
    network.addFault({ on: "send", effect: "status", status: 401 });
    const failure: unknown = await provider.send(textOf()).catch((error: unknown) => error);
    expect(String(failure)).toContain("out-1");
    expect(String(failure)).not.toMatch(/4255550123|We are on it/);
  });
});

/** Starts an endpoint that records every request, and responds with the status: by default it accepts the text. */
const recordRequests = async (status = 202) => {
  const requests: { headers: object; body: unknown }[] = [];
  const server = createServer(async (request, response) => {
    requests.push({ headers: request.headers, body: await json(request) });
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ value: [{ to: CUSTOMER, messageId: "1", httpStatusCode: 202, successful: true }] }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
};
