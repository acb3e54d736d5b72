import { describe, expect, it } from "vitest";
import { crashAtEveryStep } from "../support/crash-at-every-step.ts";
import type { CrashPoint } from "../support/crash-injector.ts";

describe("a matter in whose course the app dies while it is called or asks for work", { timeout: 120_000 }, () => {
  it.each<[CrashPoint, number, number]>([
    ["before a message is sent", 2, 5],
    ["after a message is sent", 2, 5],
    ["when a function has done its work", 2, 8],
  ])("comes to the same end, wherever that was: %s", async (moment, step, atLeast) => {
    const deaths = await crashAtEveryStep(moment, step);
    console.info(`${deaths} deaths: ${moment}`);
    expect(deaths).toBeGreaterThanOrEqual(atLeast);
  });

  it("needs no sweep when what dies is a function that is called again", async () => {
    expect(await crashAtEveryStep("when a function has done its work", 1, false)).toBeGreaterThanOrEqual(8);
  });
});
