import { expect, it } from "vitest";
import { crashAtEveryStep } from "../../support/crash-at-every-step.ts";

// The moment after one write is the moment before the next, which may be in the next step. With every second write of each
// step here and in after-writes.test.ts, no state in between is left out.
it("completes the scenario when the app crashes before a document is written", { timeout: 300_000 }, async () => {
  const crashes = await crashAtEveryStep({ point: "before a document is written", step: 2 });
  expect(crashes).toBeGreaterThanOrEqual(17);
});
