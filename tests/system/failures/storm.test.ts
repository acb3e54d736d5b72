import { describe, expect, it } from "vitest";
import { violations } from "../support/invariants.ts";
import { Chance } from "../support/seeded-random.ts";
import { COMPANY_IN_A_STORM } from "../support/storm/organisation.ts";
import { Storm } from "../support/storm/storm.ts";
import { setStage } from "../support/test-system.ts";

/** Other storms than the usual ones: `HILO_TEST_STORMS=100-150`, or `HILO_TEST_STORMS=7` for a single one. */
const [first = 1, last = first] = (process.env.HILO_TEST_STORMS ?? "1-2").split("-").map(Number);
const SEEDS = Array.from({ length: last - first + 1 }, (_, n) => first + n);
const ROUNDS = 12;

describe("a storm", { timeout: 120_000 }, () => {
  it.each(SEEDS)("leaves every invariant whole: number %i", async (seed) => {
    const stage = await setStage({ organisation: COMPANY_IN_A_STORM });
    const storm = new Storm(stage, new Chance(seed));
    await storm.rage(ROUNDS);
    await storm.subside();
    const { texts, replies } = storm.story;
    expect(texts.length, "there was something to break").toBeGreaterThan(ROUNDS);
    expect(await violations(stage.twin, storm.story)).toEqual([]);
    console.info(`storm ${seed}: ${texts.length} texts, ${replies.length} replies`);
  });
});
