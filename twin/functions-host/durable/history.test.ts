import { expect, it } from "vitest";
import { isoTime } from "./history.ts";

it("rounds up, so that no text is earlier than the time", () => {
  expect(isoTime(1_000)).toBe("1970-01-01T00:00:01.000Z");
  expect(isoTime(1_000.2)).toBe("1970-01-01T00:00:01.001Z");
});
