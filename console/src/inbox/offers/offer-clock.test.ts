import { describe, expect, it } from "vitest";
import { countdown, secondsLeft } from "./offer-clock.ts";

const EXPIRES_AT = "2026-01-31T09:30:00.000Z";
const END = Date.parse(EXPIRES_AT);

describe("secondsLeft", () => {
  it.each([
    [90_000, 90],
    [1_000, 1],
    [999, 1],
    [1, 1],
    [0, 0],
    [-5_000, 0],
  ])("counts, %d ms before the end, %d seconds", (ms, seconds) => {
    expect(secondsLeft(EXPIRES_AT, END - ms)).toBe(seconds);
  });

  it("is 0 without an offer", () => {
    expect(secondsLeft(undefined, END)).toBe(0);
  });
});

describe("countdown", () => {
  it.each([
    [0, "0:00"],
    [5, "0:05"],
    [59, "0:59"],
    [65, "1:05"],
    [600, "10:00"],
  ])("writes %d seconds as %s", (seconds, text) => {
    expect(countdown(seconds)).toBe(text);
  });
});
