import { describe, expect, it } from "vitest";
import { formatNumber } from "./phone-number.ts";

describe("formatNumber", () => {
  it("groups a North American number", () => {
    expect(formatNumber("+14255550123")).toBe("+1 425 555 0123");
  });

  it.each(["+34612345678", "12345", "ACME", "+1425555012", "+142555501234", ""])("leaves %j as it is", (number) => {
    expect(formatNumber(number)).toBe(number);
  });
});
