import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BurstAllowance, nextTurn } from "./pace.ts";

const perMinute = fc.integer({ min: 1, max: 6000 });
const texts = fc.array(
  fc.record({ segments: fc.integer({ min: 1, max: 11 }), gapMs: fc.integer({ min: 0, max: 5000 }) }),
  { minLength: 1, maxLength: 200 },
);

/** When each text leaves, in milliseconds, if they arrive at the given gaps. */
const departures = (some: readonly { segments: number; gapMs: number }[], pace: number) => {
  let [now, end] = [0, 0];
  return some.map(({ segments, gapMs }) => {
    now += gapMs;
    const turn = nextTurn(end, { segments, perMinute: pace }, now);
    end = turn.end;
    return { at: now + turn.waitMs, segments };
  });
};

describe("nextTurn", () => {
  it("lets no more leave in any minute than the pace, one burst and one text that straddles the limit", () => {
    fc.assert(
      fc.property(texts, perMinute, (some, pace) => {
        const left = departures(some, pace);
        for (const { at } of left) {
          const inMinute = left.filter((departure) => departure.at >= at && departure.at < at + 60_000);
          const segments = inMinute.reduce((sum, departure) => sum + departure.segments, 0);
          expect(segments).toBeLessThanOrEqual(pace * 1.1 + 11 + 1e-6);
        }
      }),
    );
  });

  it("lets texts leave in the order of their turns", () => {
    fc.assert(
      fc.property(texts, perMinute, (some, pace) => {
        const times = departures(some, pace).map(({ at }) => at);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      }),
    );
  });

  it("does not delay texts that arrive at the pace", () => {
    fc.assert(
      fc.property(perMinute, (pace) => {
        const even = Array.from({ length: 100 }, () => ({ segments: 1, gapMs: 60_000 / pace }));
        for (const { at, segments } of departures(even, pace)) expect(at % 1 === 0 || segments === 1).toBe(true);
        const waits = even.map((_, n) => (departures(even, pace)[n]?.at ?? 0) - ((n + 1) * 60_000) / pace);
        for (const wait of waits) expect(wait).toBeLessThan(1e-3);
      }),
      { numRuns: 5 },
    );
  });
});

describe("BurstAllowance", () => {
  it("reserves once for many occasional texts, and reports all of them", () => {
    const allowance = new BurstAllowance();
    const reserved = Array.from({ length: 100 }, (_, n) => {
      const segments = allowance.segmentsToReserve({ segments: 1, perMinute: 200 }, n * 10_000);
      if (segments > 0) allowance.recordBacklogEnd(0);
      return segments;
    });
    expect(reserved.filter((segments) => segments > 0)).toEqual([21, 21, 21, 21]);
  });

  it("reserves for every text while there is a backlog", () => {
    const allowance = new BurstAllowance();
    allowance.recordBacklogEnd(60_000);
    const reserved = [0, 30_000, 59_999, 60_000].map((now) =>
      allowance.segmentsToReserve({ segments: 2, perMinute: 200 }, now),
    );
    expect(reserved).toEqual([2, 2, 2, 0]);
  });

  it("lets no more than a tenth of a minute's pace leave unreported, and then reports all of it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 6000 }), fc.integer({ min: 1, max: 300 }), (pace, count) => {
        const allowance = new BurstAllowance();
        let unreported = 0;
        for (let n = 0; n < count; n++) {
          unreported += 1;
          const reserved = allowance.segmentsToReserve({ segments: 1, perMinute: pace }, 0);
          if (reserved > 0) {
            expect(reserved).toBe(unreported);
            allowance.recordBacklogEnd(0);
            unreported = 0;
          }
          expect(unreported).toBeLessThanOrEqual(pace / 10);
        }
      }),
    );
  });
});
