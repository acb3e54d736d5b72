import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Usage } from "../../local/exchange.ts";
import { billFor, CARRIER_METERS, readPrices, totalOf } from "./bill.ts";

// An exchange that uses its whole budget.
const EXCHANGE: Usage = { requestUnits: 90, messages: 4, actions: 11, deliveries: 2, executions: 16 };
const SWEEP: Usage = { requestUnits: 12, messages: 0, actions: 0, deliveries: 0, executions: 1 };
const MONTH = {
  texts: 100_000,
  exchange: EXCHANGE,
  sweep: SWEEP,
  instanceMemoryMB: 512,
  metricAlerts: 7,
  logAlerts: 3,
};

const COST = join(import.meta.dirname, "../scripts/cost.ts");
const cost = (...args: string[]) => spawnSync(process.execPath, [COST, ...args], { encoding: "utf8" });

describe("the monthly bill", () => {
  it("multiplies the usage beyond the free units by the price", () => {
    const lines = billFor(MONTH, readPrices());
    const find = (meter: string) => lines.find((line) => line.meter === meter);
    expect(find("textsReceived")?.amount).toBeCloseTo(850, 6);
    expect(find("requestUnits")?.quantity).toBe(100_000 * 90 + 43_800 * 12);
    expect(find("requestUnits")?.amount).toBeCloseTo(2.38, 2);
    expect(find("executionTime")?.quantity).toBe((100_000 * 16 + 43_800) / 2);
    expect(find("executionTime")?.amount).toBeCloseTo((821_900 - 100_000) * 0.000026, 6);
    expect(find("serviceBusOperations")).toMatchObject({ quantity: 1_200_000, amount: 0 });
  });

  it("has no amount for a meter without a known price, and leaves it out of the total", () => {
    const lines = billFor(MONTH, readPrices());
    const unknown = lines.filter(({ amount }) => amount === undefined);
    expect(unknown.map(({ meter }) => meter)).toEqual(["durableActions"]);
    expect(totalOf(lines)).toBe(totalOf(lines.filter((line) => !unknown.includes(line))));
  });

  it("stays under half a dollar for 1,000 texts without the carrier's charges, even with the budgets used up", () => {
    const ours = billFor(MONTH, readPrices()).filter(({ meter }) => !CARRIER_METERS.includes(meter));
    expect((totalOf(ours) / MONTH.texts) * 1000).toBeLessThan(0.5);
  });
});

describe("npm run cost", () => {
  it("prints the measured usage and the bill, and marks unconfirmed prices", () => {
    const { status, stdout } = cost("--texts", "2000");
    expect(status).toBe(0);
    expect(stdout).toMatch(/Measured for .*: \d+ request/);
    expect(stdout).toMatch(/^Texts received.* 2,000 segments +17\.00 +2021-11-30$/m);
    expect(stdout).toMatch(/^Durable Task Scheduler, actions .*price unknown +[\d-]+ \*$/m);
    expect(stdout).toMatch(/^Total.* [\d.]+ USD$/m);
  });

  it.each([[], ["--texts", "many"], ["--texts", "0"]])("asks for the number of texts when it is %j", (...args) => {
    const { status, stderr } = cost(...args);
    expect(status).toBe(1);
    expect(stderr).toContain("npm run cost -- --texts 100000");
  });
});
