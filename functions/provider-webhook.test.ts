import { HttpRequest, type HttpResponseInit, InvocationContext } from "@azure/functions";
import { describe, expect, it } from "vitest";
import { TransientError } from "../shared/kernel/errors.ts";
import type { WebhookCall, WebhookReading } from "../shared/sms/provider.ts";
import { FakeProvider } from "../tests/fakes/fake-provider.ts";
import { makeFakes } from "../tests/fakes/fakes.ts";
import { sampleText } from "../tests/fakes/sample-text.ts";
import { makeProviderWebhook } from "./provider-webhook.ts";

const event = { id: "1", received: sampleText() };
const genuine: WebhookReading = { kind: "valid", source: "sms-received", event };

/** The function with one provider that calls us, and what it read. */
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
  const call = async (name = "acs", body = "a=1", query = "?tag=x"): Promise<HttpResponseInit> => {
    const request = new HttpRequest({
      method: "POST",
      url: `http://127.0.0.1/api/webhooks/${name}${query}`,
      params: { provider: name },
      headers: { "x-signature": "s" },
      body: { string: body },
    });
    return (await handler(request, new InvocationContext({ logHandler: () => {} }))) as HttpResponseInit;
  };
  return { fakes, calls, call };
};

describe("a provider's call", () => {
  it("is read under our public address, with its query and headers, and its body as it came", async () => {
    const { calls, call } = withProvider(genuine);
    await call("acs", "\uFEFFa=1");
    expect(calls).toMatchObject([
      { url: "https://hilo.example/api/webhooks/acs?tag=x", headers: { "x-signature": "s" }, body: "\uFEFFa=1" },
    ]);
  });

  it("is kept to be taken in, and answered as the provider wants it, although no store can be reached", async () => {
    const { fakes, call } = withProvider(genuine);
    fakes.hooks.before = (operation) => {
      if (!operation.startsWith("providerEvents.")) throw new TransientError("down");
    };
    expect(await call()).toEqual({ status: 200, headers: { "content-type": "text/xml" }, body: "<Response/>" });
    expect(fakes.providerEvents.kept).toEqual([
      { body: { provider: "acs", source: "sms-received", event }, afterSeconds: 0 },
    ]);
  });

  it("leaves nothing behind when it is forged", async () => {
    const { fakes, call } = withProvider({ kind: "invalid-signature" });
    expect((await call()).status).toBe(403);
    const { conversations, messages, quarantine, providerEvents } = fakes;
    expect([conversations.all(), messages.all(), quarantine.all(), providerEvents.kept]).toEqual([[], [], [], []]);
  });

  it("is taken in here while the broker is unavailable, and has to come again when a store is as well", async () => {
    const { fakes, call } = withProvider(genuine);
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

  it.each(["silent", "nobody", "constructor", ""])("finds nobody at the address of %j", async (name) => {
    const { calls, call } = withProvider(genuine);
    expect((await call(name)).status).toBe(404);
    expect(calls).toEqual([]);
  });

  it("is refused unread when it is too large", async () => {
    const { calls, call } = withProvider(genuine);
    expect((await call("acs", "a".repeat(64 * 1024 + 1))).status).toBe(413);
    expect(calls).toEqual([]);
  });
});
