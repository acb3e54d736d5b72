import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LoadedMessages, withEarlier } from "./queries.ts";
import type { Message } from "./types.ts";

const message = (number: number): Message =>
  ({ id: String(number), createdAt: new Date(Date.UTC(2026, 0, 1) + number * 1_000).toISOString() }) as Message;

/** The messages from a number down to another one, newest first. */
const page = (newest: number, oldest: number, continuation?: string): LoadedMessages => ({
  items: Array.from({ length: newest - oldest + 1 }, (_, index) => message(newest - index)),
  ...(continuation !== undefined && { continuation }),
});

const idsOf = ({ items }: LoadedMessages): readonly string[] => items.map(({ id }) => id);

describe("withEarlier", () => {
  it("is the newest page when nothing was loaded", () => {
    const newest = page(10, 6, "before-6");
    expect(withEarlier(newest, undefined)).toBe(newest);
  });

  it("keeps earlier pages and where the ones before them begin", () => {
    expect(withEarlier(page(12, 8, "before-8"), page(10, 1, "before-1"))).toEqual(page(12, 1, "before-1"));
  });

  it("knows that all are loaded", () => {
    expect(withEarlier(page(12, 8, "before-8"), page(10, 1))).toEqual(page(12, 1));
  });

  it("keeps the continuation of the newest page when nothing earlier was loaded", () => {
    expect(withEarlier(page(10, 6, "before-6"), page(10, 6, "before-6"))).toEqual(page(10, 6, "before-6"));
  });

  it("has no gap: a newest page that does not reach the loaded messages stands alone", () => {
    const newest = page(20, 15, "before-15");
    expect(withEarlier(newest, page(10, 1))).toBe(newest);
  });

  it("shows the newest state of a message", () => {
    const delivered = { ...message(8), state: "delivered" } as Message;
    const newest = { items: [message(10), message(9), delivered], continuation: "before-8" };
    expect(withEarlier(newest, page(9, 1)).items[2]).toBe(delivered);
  });

  it("drops a message that is no longer in the newest page", () => {
    const newest = { items: [message(10), message(8)], continuation: "before-8" };
    expect(idsOf(withEarlier(newest, page(10, 6)))).toEqual(["10", "8", "7", "6"]);
  });

  it("keeps an earlier message of the same instant as the oldest of the newest page", () => {
    const twin = { ...message(8), id: "8b" } as Message;
    const loaded = { items: [message(10), message(9), message(8), twin], continuation: "before-8" };
    expect(idsOf(withEarlier(page(10, 8, "before-8b"), loaded))).toEqual(["10", "9", "8", "8b"]);
  });

  it("shows every message once and newest first, however many come between two looks", () => {
    const PAGE = 5;
    const arrivals = fc.array(fc.nat({ max: 8 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(fc.nat({ max: 12 }), arrivals, (before, numbers) => {
        let total = before;
        let loaded: LoadedMessages | undefined;
        for (const arrived of numbers) {
          total += arrived;
          const oldest = Math.max(1, total - PAGE + 1);
          loaded = withEarlier(page(total, oldest, oldest > 1 ? `before-${oldest}` : undefined), loaded);
          const ids = idsOf(loaded).map(Number);
          // Without a gap, so that what the continuation names follows the last one.
          expect(ids).toEqual(Array.from({ length: ids.length }, (_, index) => total - index));
          expect(loaded.continuation).toBe(ids.at(-1) === 1 || total === 0 ? undefined : `before-${ids.at(-1)}`);
        }
      }),
    );
  });
});
