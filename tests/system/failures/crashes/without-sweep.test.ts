import { expect, it } from "vitest";
import { crashAtEveryStep } from "../../support/crash-at-every-step.ts";

// Every second moment of each step; after-functions.test.ts has the others.
it("needs no sweep after a crash of a function that is called again", { timeout: 300_000 }, async () => {
  const crashes = await crashAtEveryStep({
    point: "after a function has finished",
    first: 2,
    step: 2,
    hasSweep: false,
  });
  expect(crashes).toBeGreaterThanOrEqual(7);
});
