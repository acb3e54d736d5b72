import { expect, it } from "vitest";
import { crashAtEveryStep } from "../../support/crash-at-every-step.ts";

it.each(["before a message is sent", "after a message is sent"] as const)(
  "completes the scenario when the app crashes %s",
  { timeout: 300_000 },
  async (point) => {
    expect(await crashAtEveryStep({ point, step: 2 })).toBeGreaterThanOrEqual(7);
  },
);
