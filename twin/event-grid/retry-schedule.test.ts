import { describe, expect, it } from "vitest";
import { afterAttempt, isExpired } from "./retry-schedule.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const waitAfter = (attempts: number, status: number | undefined) => {
  const next = afterAttempt(attempts, status);
  return next.kind === "retry" ? next.delayMs : next.kind;
};

describe("the retry schedule", () => {
  it("grows with each failed attempt up to 12 hours", () => {
    const waits = Array.from({ length: 12 }, (_, index) => waitAfter(index + 1, 500));
    expect(waits).toEqual([
      10 * SECOND,
      30 * SECOND,
      MINUTE,
      5 * MINUTE,
      10 * MINUTE,
      30 * MINUTE,
      HOUR,
      3 * HOUR,
      6 * HOUR,
      12 * HOUR,
      12 * HOUR,
      12 * HOUR,
    ]);
  });

  it.each([200, 201, 202, 203, 204])("ends after %i", (status) => {
    expect(afterAttempt(1, status)).toEqual({ kind: "done" });
  });

  it.each([205, 302, 404, 408, 409, 429, 500, 503, undefined])("retries after %s", (status) => {
    expect(afterAttempt(1, status).kind).toBe("retry");
  });

  it.each([
    [400, "UndeliverableDueToHttpBadRequest"],
    [401, "UndeliverableDueToHttpUnauthorized"],
    [403, "UndeliverableDueToHttpForbidden"],
    [413, "UndeliverableDueToHttpPayloadTooLarge"],
  ])("dead-letters after %i", (status, reason) => {
    expect(afterAttempt(1, status)).toEqual({ kind: "dead-letter", reason });
  });

  it.each([
    [404, 5 * MINUTE],
    [408, 2 * MINUTE],
    [503, 30 * SECOND],
  ])("is longer after a first %i", (status, wait) => {
    expect(waitAfter(1, status)).toBe(wait);
  });

  it("is never shorter because of a status", () => {
    expect(waitAfter(6, 503)).toBe(30 * MINUTE);
  });

  it("dead-letters after the 30th attempt", () => {
    expect(waitAfter(29, 500)).toBe(12 * HOUR);
    expect(afterAttempt(30, 500)).toEqual({ kind: "dead-letter", reason: "MaxDeliveryAttemptsExceeded" });
  });

  it("expires an event after 24 hours", () => {
    expect(isExpired(0, 24 * HOUR - 1)).toBe(false);
    expect(isExpired(0, 24 * HOUR)).toBe(true);
  });
});
