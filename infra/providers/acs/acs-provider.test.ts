import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { TransientError } from "../../../shared/kernel/errors.ts";
import { instantSchema } from "../../../shared/kernel/instant.ts";
import { addressSchema } from "../../../shared/sms/address.ts";
import type { OutboundText } from "../../../shared/sms/provider.ts";
import { TwinClock } from "../../../twin/clock.ts";
import { EventGrid } from "../../../twin/event-grid/index.ts";
import { acsConnectionString } from "../../../twin/phone-network/acs/account.ts";
import { PhoneNetwork } from "../../../twin/phone-network/index.ts";
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

const connect = (connectionString: string) => new AcsProvider({ kind: "connection-string", connectionString });

const startNetwork = async () => {
  const clock = new TwinClock();
  const network = new PhoneNetwork({ clock, events: new EventGrid({ clock }) });
  await network.start(0);
  onTestFinished(() => network.stop());
  const got = () => network.handset(CUSTOMER).map(({ text }) => text);
  return { network, got, provider: connect(acsConnectionString(network.url)) };
};

afterEach(() => void vi.restoreAllMocks());

describe("sending by ACS", () => {
  it("brings the text to the phone, and tells the provider's id", async () => {
    const { network, provider } = await startNetwork();
    const result = await provider.send(textOf());
    const [got] = network.handset(CUSTOMER);
    expect(got).toMatchObject({ text: textOf().text, from: "+18005550100" });
    expect(result).toEqual({ kind: "accepted", providerMessageId: got?.messageId });
  });

  it("asks for a report and sends the tag and the repeatability id, and no header of its own making", async () => {
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

  it("sends a message once, however often and by whomever it is sent again", async () => {
    const { network, got, provider } = await startNetwork();
    const first = await provider.send(textOf());
    expect(await provider.send(textOf())).toEqual(first);
    expect(await connect(acsConnectionString(network.url)).send(textOf())).toEqual(first);
    expect(got()).toHaveLength(1);
  });

  it("sends two messages of the same text twice", async () => {
    const { got, provider } = await startNetwork();
    await provider.send(textOf());
    await provider.send(textOf({ messageId: "out-2" }));
    expect(got()).toHaveLength(2);
  });

  it("sends a message once when the answer to it is lost", async () => {
    const { network, got, provider } = await startNetwork();
    network.addFault({ on: "send", effect: "drop-connection" });
    expect(await provider.send(textOf())).toMatchObject({ kind: "accepted" });
    expect(got()).toHaveLength(1);
  });

  it("waits as long as a busy provider says, and then sends", async () => {
    const { network, got, provider } = await startNetwork();
    network.addFault({ on: "send", effect: "status", status: 429, retryAfterSeconds: 0, times: 3 });
    expect(await provider.send(textOf())).toMatchObject({ kind: "accepted" });
    expect(got()).toHaveLength(1);
  });

  it.each([429, 503] as const)("gives up for now after four answers of %i", async (status) => {
    const { network, got, provider } = await startNetwork();
    network.addFault({ on: "send", effect: "status", status, retryAfterSeconds: 0, times: 10 });
    await expect(provider.send(textOf())).rejects.toThrow(TransientError);
    expect(network.faults()).toMatchObject([{ times: 6 }]);
    expect(got()).toEqual([]);
  });

  it("gives up for now when there is no answer within a minute, well before the lock on the request ends", async () => {
    const { network, provider } = await startNetwork();
    const timeout = vi.spyOn(AbortSignal, "timeout").mockImplementation(() => AbortSignal.abort());
    network.addFault({ on: "send", effect: "no-response" });
    await expect(provider.send(textOf())).rejects.toThrow(TransientError);
    expect(timeout).toHaveBeenCalledExactlyOnceWith(60_000);
    expect(60).toBeLessThan(QUEUES["outbound-sms"].lockSeconds);
  });

  it("gives up for now, with the cause, when nobody listens", async () => {
    const { network, provider } = await startNetwork();
    await network.stop();
    const failure: unknown = await provider.send(textOf()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure).toMatchObject({ cause: expect.any(Error) });
  });

  it("gives up for now with a key that is wrong: it can be mended, and then the text goes out", async () => {
    const { network, provider } = await startNetwork();
    const stranger = connect(acsConnectionString(network.url).replace(/accesskey=.*/, "accesskey=d3Jvbmc="));
    await expect(stranger.send(textOf())).rejects.toThrow(TransientError);
    expect(await provider.send(textOf())).toMatchObject({ kind: "accepted" });
  });

  it("throws a TypeError of the app or the SDK as it is", async () => {
    const { provider } = await startNetwork();
    vi.spyOn(AbortSignal, "timeout").mockImplementation(() => {
      throw new TypeError("a defect");
    });
    await expect(provider.send(textOf())).rejects.toThrow(TypeError);
    await expect(provider.verify(textOf().from)).rejects.toThrow(TypeError);
  });

  it("says that a request was refused for what is in it", async () => {
    const { network, provider } = await startNetwork();
    network.addFault({ on: "send", effect: "status", status: 400 });
    expect(await provider.send(textOf())).toEqual({ kind: "refused", failure: "text-rejected", code: "400" });
  });

  it("says that the recipient was refused, though the request as a whole was accepted", async () => {
    const { network, got, provider } = await startNetwork();
    network.addFault({ on: "send", effect: "refuse-recipient", errorMessage: "Invalid To phone number format." });
    expect(await provider.send(textOf())).toEqual({ kind: "refused", failure: "text-rejected", code: "400" });
    expect(got()).toEqual([]);
  });

  it.each([429, 503])("gives up for now when the recipient is refused with %i", async (httpStatusCode) => {
    const { network, provider } = await startNetwork();
    network.addFault({ on: "send", effect: "refuse-recipient", httpStatusCode, errorMessage: "Not now." });
    await expect(provider.send(textOf())).rejects.toThrow(TransientError);
    expect(await provider.send(textOf())).toMatchObject({ kind: "accepted" });
  });

  it("names the message in what it throws, and neither number nor text", async () => {
    const { network, provider } = await startNetwork();
    network.addFault({ on: "send", effect: "status", status: 401 });
    const failure: unknown = await provider.send(textOf()).catch((error: unknown) => error);
    expect(String(failure)).toContain("out-1");
    expect(String(failure)).not.toMatch(/4255550123|We are on it/);
  });
});

/** An endpoint that accepts everything and keeps what came. */
const recordRequests = async () => {
  const requests: { headers: object; body: unknown }[] = [];
  const server = createServer(async (request, response) => {
    requests.push({ headers: request.headers, body: await json(request) });
    response.writeHead(202, { "content-type": "application/json" });
    response.end(JSON.stringify({ value: [{ to: CUSTOMER, messageId: "1", httpStatusCode: 202, successful: true }] }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
};
