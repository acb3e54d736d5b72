import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { NodeEnv } from "../http/app-server.ts";
import { Account } from "./account.ts";
import { ownedNumberSchema } from "./owned-numbers.ts";
import type { ProviderDefinition } from "./provider.ts";
import { PROVIDERS } from "./registry.ts";
import { startNetwork } from "./testing/network.ts";

const COMPANY = "+12065550100";
const CUSTOMER = "+14255550123";

const sendSchema = z.strictObject({ from: z.string(), to: z.string(), text: z.string() });
const numberSchema = ownedNumberSchema.extend({ provider: z.literal("acme"), webhook: z.url() });

/** An invented provider: JSON without authentication, and one attempt for each webhook call. */
const acme: ProviderDefinition = {
  name: "acme",
  summary: "Acme Texts, at /acme/texts",
  numberSchema,
  eventFaults: { garble: "The words of a text are garbled." },
  create: ({ carrier, faults, webhooks }, accountSettings) => ({
    account: new Account(z.strictObject({ plan: z.string().default("basic") }), accountSettings),
    app: new Hono<NodeEnv>().post("/acme/texts", async (c) => {
      const text = { ...sendSchema.parse(await c.req.json()), messageId: randomUUID() };
      carrier.send(text, {});
      return c.json({ id: text.messageId });
    }),
    receive: ({ from, to, text }, number) => {
      const messageId = randomUUID();
      const isGarbled = faults.forEvent([from, to]).takeEffect(["garble"]) !== undefined;
      webhooks.send(
        {
          provider: "acme",
          about: "text",
          messageId,
          request: {
            url: numberSchema.parse(number).webhook,
            method: "POST",
            headers: {},
            body: isGarbled ? "?" : text,
          },
          retryPolicy: { accepts: () => true, timeoutMs: () => 1_000, retryAfterMs: () => undefined },
        },
        [from, to],
      );
      return messageId;
    },
    connect: (number, webhook) => ({ ...number, webhook }),
  }),
};

const start = async () => {
  const parts = await startNetwork(() => ({ providers: [...PROVIDERS, acme] }));
  parts.network.connectNumber({ number: COMPANY, provider: "acme" }, `${parts.app}/webhooks/acme`);
  return parts;
};

describe("a provider that is only in the registry", () => {
  it("sends texts by its API", async () => {
    const { network } = await start();
    const body = JSON.stringify({ from: COMPANY, to: CUSTOMER, text: "Hello!" });
    const response = await fetch(`${network.url}/acme/texts`, { method: "POST", body });
    const { id } = z.object({ id: z.string() }).parse(await response.json());
    expect(network.handset(CUSTOMER)).toMatchObject([{ messageId: id, from: COMPANY, text: "Hello!" }]);
  });

  it("calls the webhook of its numbers, and no other provider does", async () => {
    const { network, app, receiver, called } = await start();
    network.text({ from: CUSTOMER, to: COMPANY, text: "Hello?" });
    expect(await called(1)).toMatchObject([{ provider: "acme", about: "text", outcome: "accepted" }]);
    expect(receiver.callbacks).toMatchObject([{ url: `${app}/webhooks/acme`, body: "Hello?" }]);
  });

  it("has settings of its numbers and of its account", async () => {
    const { network, app } = await start();
    expect(network.numbers()).toEqual([
      { number: COMPANY, provider: "acme", type: "toll-free", webhook: `${app}/webhooks/acme` },
    ]);
    expect(network.updateAccount("acme", { plan: "large" })).toEqual({ plan: "large" });
    expect(network.accounts().acme).toEqual({ plan: "large" });
  });

  it("takes the common faults and its own", async () => {
    const { network, receiver, called } = await start();
    network.addFault({ on: "event", effect: "garble" });
    network.addFault({ on: "event", effect: "deliver-twice" });
    network.text({ from: CUSTOMER, to: COMPANY, text: "Hello?" });
    await called(2);
    expect(receiver.callbacks.map(({ body }) => body)).toEqual(["?", "?"]);
  });

  it("is in the guide with its faults", async () => {
    const { network } = await start();
    const guide = await (await fetch(network.url)).text();
    expect(guide).toContain("Acme Texts, at /acme/texts");
    expect(guide).toContain('{ "on": "event", "effect": "garble" } The words of a text are garbled. Only with acme.');
  });
});

describe("an unknown provider", () => {
  const KNOWN = "The known providers are acs, telesign, twilio.";

  it.each([
    ["of an unknown provider", { number: COMPANY, provider: "acme" }],
    ["without a provider", { number: COMPANY }],
  ])("is refused for a number %s, with the known names", async (_case, number) => {
    const { network } = await startNetwork(() => ({}));
    expect(() => network.connectNumber(number as never, "https://app.example/")).toThrow(KNOWN);
    expect(() => network.setNumber(number as never)).toThrow(KNOWN);
    expect(network.numbers()).toEqual([]);
  });

  it("is refused for an account, with the known names", async () => {
    await expect(startNetwork(() => ({ accounts: { acme: {} } }))).rejects.toThrow(KNOWN);
  });

  it("adds no faults", async () => {
    const { network } = await startNetwork(() => ({}));
    expect(() => network.addFault({ on: "event", effect: "garble" })).toThrow(z.ZodError);
  });
});

it("lists each provider once, by a name for URLs", () => {
  const names = PROVIDERS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z0-9]+$/);
});
