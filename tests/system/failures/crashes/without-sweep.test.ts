import { expect, it } from "vitest";
import { crashAtEveryStep } from "../../support/crash-at-every-step.ts";

it("needs no sweep after a crash of a function that is called again", { timeout: 300_000 }, async () => {
  const crashes = await crashAtEveryStep({ point: "after a function has finished", hasSweep: false });
  expect(crashes).toBeGreaterThanOrEqual(8);
});
