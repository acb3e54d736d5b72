import { describe, expect, it } from "vitest";
import { TransientError } from "../../../shared/kernel/errors.ts";
import { at } from "../../../tests/contracts/sample-ids.ts";
import { settingsContract } from "../../../tests/contracts/settings.contract.ts";
import { FixedClock } from "../../../tests/fakes/fixed-clock.ts";
import type { Hooks } from "../../../tests/fakes/hooks.ts";
import { InMemorySettings } from "../../../tests/fakes/in-memory-settings.ts";
import { sampleQueue } from "../../../tests/fakes/sample-organisation.ts";
import { CachedSettings } from "./cached-settings.ts";

/** Cached settings, their store, and the number of snapshots that were read from it. */
const makeCached = () => {
  const clock = new FixedClock();
  let reads = 0;
  const hooks: Hooks = {
    before: (operation) => {
      if (operation === "settings.snapshot") reads += 1;
    },
  };
  const store = new InMemorySettings(hooks);
  return { clock, hooks, store, settings: new CachedSettings(store, clock.now), reads: () => reads };
};

const namesOf = async (settings: CachedSettings) => (await settings.snapshot()).queues.map(({ name }) => name);

describe("cached settings", () => {
  settingsContract(async () => makeCached());

  it("reads the store once for concurrent requests", async () => {
    const { settings, reads } = makeCached();
    await Promise.all(Array.from({ length: 10 }, () => settings.snapshot()));
    expect(reads()).toBe(1);
  });

  it("shows a change of another process after ten seconds, and no earlier", async () => {
    const { clock, store, settings } = makeCached();
    store.seed("queues", sampleQueue({ name: "Before" }));
    await settings.snapshot();
    store.seed("queues", sampleQueue({ name: "After" }));
    clock.advance(9.999);
    expect(await namesOf(settings)).toEqual(["Before"]);
    clock.advance(0.001);
    expect(await namesOf(settings)).toEqual(["After"]);
  });

  it("shows its own change at once", async () => {
    const { settings } = makeCached();
    await settings.snapshot();
    await settings.put("queues", sampleQueue({ name: "Changed" }));
    expect(await namesOf(settings)).toEqual(["Changed"]);
    const stored = (await settings.find("queues", sampleQueue().id)) ?? expect.fail();
    await settings.retire("queues", stored, at(0));
    expect(await namesOf(settings)).toEqual([]);
  });

  it("does not cache a failure", async () => {
    const { hooks, settings } = makeCached();
    hooks.before = () => {
      throw new TransientError("the store is down");
    };
    await expect(settings.snapshot()).rejects.toThrow(TransientError);
    hooks.before = undefined;
    expect((await settings.snapshot()).queues).toEqual([]);
  });
});
