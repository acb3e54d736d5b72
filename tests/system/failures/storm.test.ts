import { describe, expect, it } from "vitest";
import { findViolations } from "../support/invariants.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { STORM_ORGANISATION } from "../support/storm/organisation.ts";
import { Storm } from "../support/storm/storm.ts";
import { startTestSystem } from "../support/test-system.ts";

/** Chooses other seeds: `HILO_TEST_STORMS=100-150`, or `HILO_TEST_STORMS=7` for a single one. */
const [first = 1, last = first] = (process.env.HILO_TEST_STORMS ?? "1-2").split("-").map(Number);
const SEEDS = Array.from({ length: last - first + 1 }, (_, n) => first + n);
const ROUNDS = 12;

describe("concurrent activity under random faults", { timeout: 300_000 }, () => {
  it.each(SEEDS)("keeps every invariant: seed %i", async (seed) => {
    const system = await startTestSystem({ organisation: STORM_ORGANISATION });
    const storm = new Storm(system, new SeededRandom(seed));
    await storm.run(ROUNDS);
    await storm.settle();
    expect(storm.traffic.texts.length, "enough texts to break something").toBeGreaterThan(ROUNDS);
    expect(await findViolations(system.twin, storm.traffic)).toEqual([]);
  });
});
