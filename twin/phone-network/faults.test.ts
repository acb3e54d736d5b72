import { describe, expect, it } from "vitest";
import { type FaultInput, Faults, faultGuide, faultSchemaWith } from "./faults.ts";

const faultSchema = faultSchemaWith({ forge: "A webhook is signed with another key." });
const LOSE = { on: "report", effect: "lose" } as const;

const holding = (...inputs: FaultInput[]) => {
  const faults = new Faults();
  for (const input of inputs) faults.add(faultSchema.parse(input));
  return faults;
};

describe("Faults", () => {
  it("applies a fault the given number of times", () => {
    const faults = holding({ ...LOSE, times: 2 });
    const strikes = [1, 2, 3].map(() => faults.take("report", ["lose"], [])?.effect);
    expect(strikes).toEqual(["lose", "lose", undefined]);
  });

  it("lists the pending faults with the times that are left", () => {
    const faults = holding({ ...LOSE, times: 2 }, { on: "event", effect: "hold" });
    faults.take("report", ["lose"], []);
    faults.take("event", ["hold"], []);
    expect(faults.list()).toEqual([{ on: "report", effect: "lose", times: 1 }]);
  });

  it("takes the oldest fault that fits", () => {
    const faults = holding({ on: "report", effect: "fail", code: 4004 }, { on: "report", effect: "fail", code: 4006 });
    const codes = [1, 2].map(() => faults.take("report", ["fail"], [])?.code);
    expect(codes).toEqual([4004, 4006]);
  });

  it("ignores a fault on something else, with another effect, or for another number", () => {
    const faults = holding({ on: "event", effect: "delay", delayMs: 1 }, { ...LOSE, match: "+15551230002" });
    expect(faults.take("report", ["delay"], [])).toBeUndefined();
    expect(faults.take("event", ["hold"], [])).toBeUndefined();
    expect(faults.take("report", ["lose"], ["+15551230001"])).toBeUndefined();
    expect(faults.take("report", ["lose"], ["+15551230001", "+15551230002"])).toBeDefined();
  });

  it("removes all faults", () => {
    const faults = holding(LOSE);
    faults.clear();
    expect(faults.take("report", ["lose"], [])).toBeUndefined();
  });
});

describe("the fault schema", () => {
  it.each([
    { on: "report", effect: "explode" },
    { on: "send", effect: "lose" },
    { on: "report", effect: "lose", delayMs: 5 },
    { on: "report", effect: "lose", times: 0 },
    { on: "report", effect: "lose", match: "Ann" },
    { on: "event", effect: "delay" },
    { on: "send", effect: "status", status: 418 },
  ])("refuses %j", (fault) => {
    expect(faultSchema.safeParse(fault).success).toBe(false);
  });

  it("describes every fault", () => {
    const guide = faultGuide(faultSchema);
    expect(guide).toContain('{ "on": "report", "effect": "lose" } A delivery report is never sent.');
    expect(guide).toContain(
      '{ "on": "send", "effect": "status", "status": 400|401|429|500|503, "retryAfterSeconds"? } ' +
        "A send request fails with this HTTP status; no text is sent.",
    );
    expect(guide.filter((line) => line.includes("undefined"))).toEqual([]);
    expect(guide).toContain('{ "on": "event", "effect": "forge" } A webhook is signed with another key.');
    expect(guide).toHaveLength(16);
  });
});
