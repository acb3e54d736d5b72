import { ServiceBusError } from "@azure/service-bus";
import { afterEach, describe, expect, it, vi } from "vitest";
import { TransientError } from "../../shared/kernel/errors.ts";
import type { SmsProvider } from "../../shared/sms/provider.ts";
import type { ServiceHealth } from "../../shared/upkeep/health.ts";
import { FakeProvider } from "../../tests/fakes/fake-provider.ts";
import { FixedClock } from "../../tests/fakes/fixed-clock.ts";
import { InMemorySettings } from "../../tests/fakes/in-memory-settings.ts";
import type { QueueName } from "../service-bus/queues.ts";
import { makeHealthCheck } from "./health-check.ts";

interface Given {
  readonly store?: unknown;
  readonly peek?: (queue: QueueName) => Promise<unknown>;
  readonly open?: (queue: QueueName) => Promise<void>;
  readonly ping?: () => Promise<void>;
  readonly durable?: () => Promise<void>;
  readonly unresolvedSettings?: readonly string[];
}

const up = async () => {};
const never = () => new Promise<never>(() => {});
const gone = () => Promise.reject(new ServiceBusError("gone", "MessagingEntityNotFound"));
const refused = () => Promise.reject(new TransientError("refused"));

/** A check of services that respond, or fail as given. */
const makeCheck = ({ store, peek = up, open = up, ping = up, durable = up, unresolvedSettings = [] }: Given = {}) => {
  const settings = new InMemorySettings();
  if (store !== undefined) vi.spyOn(settings, "find").mockRejectedValue(store);
  const clock = new FixedClock();
  const acs: SmsProvider = Object.assign(new FakeProvider(), { ping });
  const find = vi.spyOn(settings, "find");
  const health = makeHealthCheck({
    settings,
    serviceBus: async () => ({ createReceiver: (queue: QueueName) => ({ peekMessages: () => peek(queue) }) }) as never,
    senders: { open },
    providers: { acs, twilio: new FakeProvider() },
    unresolvedSettings,
    now: clock.now,
  });
  return { clock, find, check: () => health.check({ ping: durable }) };
};

const downIn = (checks: readonly ServiceHealth[]) => checks.filter(({ ok }) => !ok).map(({ name }) => name);

afterEach(() => void vi.useRealTimers());

describe("the health check", () => {
  it("reports every service that the app needs, and those that respond as up", async () => {
    expect(await makeCheck().check()).toEqual(
      [
        "Cosmos DB",
        "Service Bus queue provider-events",
        "Service Bus queue work-items",
        "Service Bus queue dispatch",
        "Service Bus queue outbound-sms",
        "Provider acs",
        "Durable Functions",
        "Key Vault references",
      ].map((name) => ({ name, ok: true })),
    );
  });

  it.each<[string, Given, readonly string[]]>([
    ["the store", { store: new TransientError("down") }, ["Cosmos DB"]],
    [
      "one queue that may not be received from",
      { peek: (queue) => (queue === "dispatch" ? gone() : up()) },
      ["Service Bus queue dispatch"],
    ],
    [
      "one queue that may not be sent to",
      { open: (queue) => (queue === "outbound-sms" ? gone() : up()) },
      ["Service Bus queue outbound-sms"],
    ],
    ["a provider", { ping: refused }, ["Provider acs"]],
    ["the durable back end", { durable: refused }, ["Durable Functions"]],
  ])("reports %s as down", async (_, given, expected) => {
    expect(downIn(await makeCheck(given).check())).toEqual(expected);
  });

  it("names the settings whose references were not resolved", async () => {
    const checks = await makeCheck({ unresolvedSettings: ["TWILIO_AUTH_TOKEN", "TELESIGN_API_KEY"] }).check();
    expect(checks.at(-1)).toEqual({
      name: "Key Vault references",
      ok: false,
      reason: "not resolved: TWILIO_AUTH_TOKEN, TELESIGN_API_KEY",
    });
  });

  it("reports services that do not respond in five seconds as down, all at the same time", async () => {
    vi.useFakeTimers();
    const checked = makeCheck({ peek: never, ping: never, durable: never }).check();
    await vi.advanceTimersByTimeAsync(5000);
    expect(downIn(await checked)).toHaveLength(6);
    expect((await checked)[1]).toMatchObject({ ok: false, reason: "no response in 5 seconds" });
  });

  it.each<Given>([
    { store: new TypeError("x is undefined") },
    { peek: () => Promise.reject(new TypeError("x is undefined")) },
    { ping: () => Promise.reject(new TypeError("x is undefined")) },
  ])("throws a defect of the app: %j", async (defect) => {
    await expect(makeCheck(defect).check()).rejects.toThrow(TypeError);
  });

  it("remembers a result for five seconds, and joins callers at the same time", async () => {
    const { check, clock, find } = makeCheck();
    await Promise.all([check(), check(), check()]);
    clock.advance(4.9);
    await check();
    expect(find).toHaveBeenCalledTimes(1);
    clock.advance(0.1);
    await check();
    expect(find).toHaveBeenCalledTimes(2);
  });

  it("remembers a result with a service that is down for five seconds too", async () => {
    const { check, clock, find } = makeCheck({ ping: refused });
    await check();
    await check();
    expect(find).toHaveBeenCalledTimes(1);
    clock.advance(5);
    await check();
    expect(find).toHaveBeenCalledTimes(2);
  });
});
