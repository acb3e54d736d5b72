import { HttpRequest, type HttpRequestInit, type HttpResponseInit, InvocationContext } from "@azure/functions";
import { describe, expect, it } from "vitest";
import { TransientError } from "../shared/kernel/errors.ts";
import type { WebhookCall, WebhookReading } from "../shared/sms/provider.ts";
import { FakeProvider } from "../tests/fakes/fake-provider.ts";
import { makeFakes } from "../tests/fakes/fakes.ts";
import { sampleText } from "../tests/fakes/sample-text.ts";
import { makeProviderWebhook } from "./provider-webhook.ts";

const event = { id: "1", received: sampleText() };
const valid: WebhookReading = { kind: "valid", source: "sms-received", event };

/** The function with a provider that calls it, and the calls that were read. */
const withProvider = (reading: WebhookReading) => {
  const fakes = makeFakes();
  const calls: WebhookCall[] = [];
  const webhook = {
    read: (call: WebhookCall) => {
      calls.push(call);
      return reading;
    },
    response: { status: 200, contentType: "text/xml", body: "<Response/>" },
  };
  const provider = Object.assign(new FakeProvider(), { webhook });
  const providers = { acs: Object.assign(fakes.provider, { webhook }), silent: new FakeProvider(), provider };
  const handler = makeProviderWebhook(providers, "https://hilo.example", () => fakes);
  const logs: string[] = [];
  const logHandler = (_: unknown, ...line: unknown[]) => logs.push(line.join(" "));
  const callWith = async (name: string, sent: HttpRequestInit): Promise<HttpResponseInit> => {
    const url = `http://127.0.0.1/api/webhooks/${name}?tag=x`;
    const request = new HttpRequest({ method: "POST", url, params: { provider: name }, ...sent });
    return (await handler(request, new InvocationContext({ logHandler }))) as HttpResponseInit;
  };
  const call = (name = "acs", body = "a=1") =>
    callWith(name, { headers: { "x-signature": "s" }, body: { string: body } });
  return { fakes, calls, logs, call, callWith };
};

describe("provider-webhook", () => {
  it("reads the call under the public address, with query, headers and raw body", async () => {
    const { calls, call } = withProvider(valid);
    await call("acs", "\uFEFFa=1");
    expect(calls).toMatchObject([
      { url: "https://hilo.example/api/webhooks/acs?tag=x", headers: { "x-signature": "s" }, body: "\uFEFFa=1" },
    ]);
  });

  it("enqueues the event and acknowledges the call, although no store is available", async () => {
    const { fakes, call } = withProvider(valid);
    fakes.hooks.before = (operation) => {
      if (!operation.startsWith("providerEvents.")) throw new TransientError("down");
    };
    expect(await call()).toMatchObject({ status: 200, headers: { "content-type": "text/xml" }, body: "<Response/>" });
    expect(fakes.providerEvents.kept).toEqual([{ provider: "acs", source: "sms-received", event }]);
  });

  it("refuses a call with an invalid signature, and stores nothing", async () => {
    const { fakes, call } = withProvider({ kind: "invalid-signature" });
    expect((await call()).status).toBe(403);
    const { conversations, messages, quarantine, providerEvents } = fakes;
    expect([conversations.all(), messages.all(), quarantine.all(), providerEvents.kept]).toEqual([[], [], [], []]);
  });

  it("refuses a call that was sent in chunks for that reason, and not for its signature", async () => {
    const { calls, logs, callWith } = withProvider({ kind: "invalid-signature" });
    const headers = { "x-signature": "s", "transfer-encoding": "chunked" };
    const { status, jsonBody } = await callWith("acs", { headers });
    expect([status, jsonBody]).toMatchObject([
      411,
      { type: "urn:hilo:problem:length-required", detail: expect.stringContaining("Send Content-Length") },
    ]);
    expect(calls).toEqual([]);
    expect(logs).toEqual(["a webhook call for acs has no Content-Length, so its body did not arrive"]);
  });

  it("processes the event while the broker is unavailable, and responds 503 when a store is too", async () => {
    const { fakes, call } = withProvider(valid);
    fakes.hooks.before = () => {
      throw new TransientError("down");
    };
    expect((await call()).status).toBe(503);
    fakes.hooks.before = (operation) => {
      if (operation.startsWith("providerEvents.")) throw new TransientError("down");
    };
    expect((await call()).status).toBe(200);
    expect(fakes.conversations.all()).toHaveLength(1);
  });

  it("knows a provider by its name in any case, and reads the call under the address as it is signed", async () => {
    const { fakes, calls, call } = withProvider(valid);
    expect((await call("Acs")).status).toBe(200);
    expect(calls).toMatchObject([{ url: "https://hilo.example/api/webhooks/Acs?tag=x" }]);
    expect(fakes.providerEvents.kept).toMatchObject([{ provider: "acs" }]);
  });

  it.each(["silent", "unknown", "constructor", ""])("responds 404 at the address of %j", async (name) => {
    const { calls, call } = withProvider(valid);
    expect((await call(name)).status).toBe(404);
    expect(calls).toEqual([]);
  });

  it.each<WebhookReading>([valid, { kind: "invalid-signature" }])(
    "responds with the headers of the API that concern browsers",
    async (reading) => {
      expect((await withProvider(reading).call()).headers).toMatchObject({
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "strict-transport-security": "max-age=31536000; includeSubDomains",
        "x-content-type-options": "nosniff",
      });
    },
  );

  it("refuses a call that is too large, and does not read it", async () => {
    const { calls, call } = withProvider(valid);
    expect((await call("acs", "a".repeat(64 * 1024 + 1))).status).toBe(413);
    expect(calls).toEqual([]);
  });
});
