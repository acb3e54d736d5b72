import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BurstAllowance, nextTurn } from "./pace.ts";

const perMinute = fc.integer({ min: 1, max: 6000 });
const texts = fc.array(
  fc.record({ segments: fc.integer({ min: 1, max: 11 }), gapMs: fc.integer({ min: 0, max: 5000 }) }),
  { minLength: 1, maxLength: 200 },
);

/** When each text leaves, in milliseconds, if all come at their gaps. */
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
  it("never lets more leave in any minute than the pace and one burst, and one text that straddles it", () => {
    fc.assert(
      fc.property(texts, perMinute, (some, pace) => {
        const left = departures(some, pace);
        for (const { at } of left) {
          const inMinute = left.filter((each) => each.at >= at && each.at < at + 60_000);
          const segments = inMinute.reduce((sum, each) => sum + each.segments, 0);
          expect(segments).toBeLessThanOrEqual(pace * 1.1 + 11 + 1e-6);
        }
      }),
    );
  });

  it("lets texts leave in the order in which they take their turns", () => {
    fc.assert(
      fc.property(texts, perMinute, (some, pace) => {
        const at = departures(some, pace).map((each) => each.at);
        expect(at).toEqual(at.toSorted((a, b) => a - b));
      }),
    );
  });

  it("does not make a text wait that comes at the pace", () => {
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

describe("QuietShare", () => {
  it("asks for one turn in many for texts now and then, and tells all of them with it", () => {
    const share = new BurstAllowance();
    const asked = Array.from({ length: 100 }, (_, n) => {
      const segments = share.segmentsToReserve({ segments: 1, perMinute: 200 }, n * 10_000);
      if (segments > 0) share.recordBacklogEnd(0, true);
      return segments;
    });
    expect(asked.filter((segments) => segments > 0)).toEqual([21, 21, 21, 21]);
  });

  it("goes on asking for what was refused", () => {
    const share = new BurstAllowance();
    const ask = (now: number) => share.segmentsToReserve({ segments: 30, perMinute: 200 }, now);
    expect(ask(0)).toBe(30);
    share.recordBacklogEnd(90_000, false);
    expect(ask(500)).toBe(30);
  });

  it("asks for every text as long as turns are taken beyond now", () => {
    const share = new BurstAllowance();
    share.recordBacklogEnd(60_000, true);
    const asked = [0, 30_000, 59_999, 60_000].map((now) =>
      share.segmentsToReserve({ segments: 2, perMinute: 200 }, now),
    );
    expect(asked).toEqual([2, 2, 2, 0]);
  });

  it("lets pass no more than a tenth of a minute's pace at once, and then tells of all of it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 6000 }), fc.integer({ min: 1, max: 300 }), (pace, count) => {
        const share = new BurstAllowance();
        let untold = 0;
        for (let n = 0; n < count; n++) {
          untold += 1;
          const asked = share.segmentsToReserve({ segments: 1, perMinute: pace }, 0);
          if (asked > 0) {
            expect(asked).toBe(untold);
            share.recordBacklogEnd(0, true);
            untold = 0;
          }
          expect(untold).toBeLessThanOrEqual(pace / 10);
        }
      }),
    );
  });
});
