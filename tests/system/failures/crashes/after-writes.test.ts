import { expect, it } from "vitest";
import { crashAtEveryStep } from "../../support/crash-at-every-step.ts";

it("completes the scenario when the app crashes after a document is written", { timeout: 300_000 }, async () => {
  const crashes = await crashAtEveryStep({ point: "after a document is written", step: 2 });
  expect(crashes).toBeGreaterThanOrEqual(17);
});
