import { expect, it } from "vitest";
import { crashAtEveryStep } from "../../support/crash-at-every-step.ts";

it("completes the scenario when the app crashes after a function has finished", { timeout: 300_000 }, async () => {
  const crashes = await crashAtEveryStep({ point: "after a function has finished", step: 2 });
  expect(crashes).toBeGreaterThanOrEqual(10);
});
