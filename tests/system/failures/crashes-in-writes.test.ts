import { describe, expect, it } from "vitest";
import { crashAtEveryStep } from "../support/crash-at-every-step.ts";
import type { CrashPoint } from "../support/crash-injector.ts";

// What is after one write is before the next: with every second write, both ways, no state in between is left out.
describe("a matter in whose course the app dies", { timeout: 120_000 }, () => {
  it.each<[CrashPoint, number, number]>([
    ["before a document is written", 2, 14],
    ["after a document is written", 2, 14],
  ])("comes to the same end, wherever that was: %s", async (moment, step, atLeast) => {
    const deaths = await crashAtEveryStep(moment, step);
    console.info(`${deaths} deaths: ${moment}`);
    expect(deaths).toBeGreaterThanOrEqual(atLeast);
  });
});
