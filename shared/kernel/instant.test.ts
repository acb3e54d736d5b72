import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addSeconds, instantSchema, secondsBetween, toInstant } from "./instant.ts";

const dates = fc.date({ min: new Date("1970-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });

describe("an instant", () => {
  it("compares as a string as its time does", () => {
    fc.assert(
      fc.property(dates, dates, (one, two) => {
        expect(toInstant(one) < toInstant(two)).toBe(one < two);
      }),
    );
  });

  it("is as many seconds later as were added", () => {
    fc.assert(
      fc.property(dates, fc.integer({ min: -1_000_000, max: 1_000_000 }), (date, seconds) => {
        const start = toInstant(date);
        expect(secondsBetween(start, addSeconds(start, seconds))).toBe(seconds);
      }),
    );
  });

  it.each(["2026-03-02T10:30:00Z", "2026-03-02T10:30:00.000+01:00", "2026-03-02", "2026-03-02 10:30:00.000Z", ""])(
    "is not %j: all have one form",
    (text) => {
      expect(instantSchema.safeParse(text).success).toBe(false);
    },
  );
});
