import { describe, expect, it } from "vitest";
import { findViolations } from "../support/invariants.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { STORM_ORGANISATION } from "../support/storm/organisation.ts";
import { Storm } from "../support/storm/storm.ts";
import { startTestSystem } from "../support/test-system.ts";

/** Other storms than the usual ones: `HILO_TEST_STORMS=100-150`, or `HILO_TEST_STORMS=7` for a single one. */
const [first = 1, last = first] = (process.env.HILO_TEST_STORMS ?? "1-2").split("-").map(Number);
const SEEDS = Array.from({ length: last - first + 1 }, (_, n) => first + n);
const ROUNDS = 12;

describe("a storm", { timeout: 120_000 }, () => {
  it.each(SEEDS)("leaves every invariant whole: number %i", async (seed) => {
    const stage = await startTestSystem({ organisation: STORM_ORGANISATION });
    const storm = new Storm(stage, new SeededRandom(seed));
    await storm.run(ROUNDS);
    await storm.settle();
    const { texts, replies } = storm.story;
    expect(texts.length, "there was something to break").toBeGreaterThan(ROUNDS);
    expect(await findViolations(stage.twin, storm.story)).toEqual([]);
    console.info(`storm ${seed}: ${texts.length} texts, ${replies.length} replies`);
  });
});
