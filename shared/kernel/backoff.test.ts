import fc from "fast-check";
import { expect, it } from "vitest";
import { backoffSeconds } from "./backoff.ts";
import { addSeconds, instantSchema } from "./instant.ts";

const FAILED_AT = instantSchema.parse("2026-03-02T10:00:00.000Z");

it("doubles the delay from one second to two minutes", () => {
  const delays: number[] = [];
  for (let age = 0; delays.length < 10; age += delays.at(-1) ?? 0) {
    delays.push(backoffSeconds(FAILED_AT, addSeconds(FAILED_AT, age)));
  }
  expect(delays).toEqual([1, 1, 2, 4, 8, 16, 32, 64, 120, 120]);
});

it("stays within its limits whatever the clocks of two processes say", () => {
  fc.assert(
    fc.property(fc.integer({ min: -1_000_000, max: 1_000_000 }), (age) => {
      const seconds = backoffSeconds(FAILED_AT, addSeconds(FAILED_AT, age));
      expect(seconds).toBeGreaterThanOrEqual(1);
      expect(seconds).toBeLessThanOrEqual(120);
    }),
  );
});
