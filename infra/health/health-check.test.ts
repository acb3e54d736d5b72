import { ServiceBusError } from "@azure/service-bus";
import { afterEach, describe, expect, it, vi } from "vitest";
import { TransientError } from "../../shared/kernel/errors.ts";
import { InMemorySettings } from "../../tests/fakes/in-memory-settings.ts";
import { makeHealthCheck } from "./health-check.ts";

/** A check of a store and a broker that fail with the given errors, or respond. */
const makeCheck = ({ store, peek }: { readonly store?: unknown; readonly peek?: () => Promise<unknown> } = {}) => {
  const settings = new InMemorySettings();
  if (store !== undefined) vi.spyOn(settings, "find").mockRejectedValue(store);
  const receiver = { peekMessages: peek ?? (async () => []) };
  return makeHealthCheck(settings, async () => ({ createReceiver: () => receiver }) as never);
};

afterEach(() => void vi.useRealTimers());

describe("the health check", () => {
  it("reports services that respond as up", async () => {
    expect(await makeCheck()()).toEqual([
      { name: "Cosmos DB", ok: true },
      { name: "Service Bus", ok: true },
    ]);
  });

  it("reports services that fail as down", async () => {
    const check = makeCheck({
      store: new TransientError("down"),
      peek: () => Promise.reject(new ServiceBusError("gone", "MessagingEntityNotFound")),
    });
    expect((await check()).map(({ ok }) => ok)).toEqual([false, false]);
  });

  it("reports a service that does not respond in time as down", async () => {
    vi.useFakeTimers();
    const checked = makeCheck({ peek: () => new Promise(() => {}) })();
    await vi.advanceTimersByTimeAsync(5000);
    expect(await checked).toMatchObject([{ ok: true }, { ok: false }]);
  });

  it.each([
    { store: new TypeError("x is undefined") },
    { peek: () => Promise.reject(new TypeError("x is undefined")) },
  ])("throws a defect of the app: %j", async (defect) => {
    await expect(makeCheck(defect)()).rejects.toThrow(TypeError);
  });
});
