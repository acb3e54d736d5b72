import { describe, expect, it } from "vitest";
import { logBytesOf } from "./log-size.ts";

const NONE = { orchestrationsStarted: 0, activitiesScheduled: 0, timersCreated: 0, eventsRaised: 0 };
const NOTHING = { invocations: [], lines: [], actions: NONE };

describe("logBytesOf", () => {
  it("is nothing without telemetry", () => {
    expect(logBytesOf(NOTHING)).toBe(0);
  });

  it("counts a line with its columns, and each byte of its text", () => {
    const sizeOf = (message: string) => logBytesOf({ ...NOTHING, lines: [{ functionName: "sweep", message }] });
    expect(sizeOf("")).toBeGreaterThan(400);
    expect(sizeOf("")).toBeLessThan(1500);
    expect(sizeOf("⛺ 4")).toBe(sizeOf("") + 5);
  });

  it("counts a request and two lines of the host for an invocation, and more for a message", () => {
    const line = logBytesOf({ ...NOTHING, lines: [{ functionName: "dispatch", message: "" }] });
    const http = logBytesOf({ ...NOTHING, invocations: ["get-agent"] });
    const message = logBytesOf({ ...NOTHING, invocations: ["dispatch"] });
    expect(http).toBeGreaterThan(3 * line);
    expect(message).toBeGreaterThan(http + 2 * line);
  });

  it("counts the spans of durable actions", () => {
    const sizeOf = (some: Partial<typeof NONE>) => logBytesOf({ ...NOTHING, actions: { ...NONE, ...some } });
    expect(sizeOf({ activitiesScheduled: 1 })).toBe(2 * sizeOf({ timersCreated: 1 }));
    expect(sizeOf({ timersCreated: 1 })).toBeGreaterThan(400);
  });
});
