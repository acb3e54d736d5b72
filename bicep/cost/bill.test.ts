import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Usage } from "../../local/exchange.ts";
import { billFor, CARRIER_METERS, type Month, readPrices, totalOf } from "./bill.ts";

// An exchange that uses its whole budget.
const EXCHANGE: Usage = {
  requestUnits: 90,
  messages: 4,
  actions: 11,
  deliveries: 2,
  executions: 16,
  logBytes: 60_000,
};
const SWEEP: Usage = { requestUnits: 12, messages: 0, actions: 0, deliveries: 0, executions: 1, logBytes: 5_000 };
const POLL: Usage = { requestUnits: 3, messages: 0, actions: 0, deliveries: 0, executions: 1, logBytes: 4_000 };
const MONTH: Month = {
  texts: 100_000,
  polls: 0,
  exchange: EXCHANGE,
  sweep: SWEEP,
  poll: POLL,
  instanceMemoryMB: 512,
  alwaysReadyInstances: 1,
  webPubSubUnits: 0,
  metricAlertSeries: 12,
  logAlerts: { every5: 2, every15: 5 },
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
    expect(find("alwaysReady")?.quantity).toBe((730 * 3600) / 2);
    expect(find("logs")?.quantity).toBeCloseTo((100_000 * 60_000 + 43_800 * 5_000) / 1e9, 6);
    expect(find("metricAlerts")?.amount).toBeCloseTo(1.2, 6);
    expect(find("serviceBusOperations")).toMatchObject({ quantity: 1_200_000, amount: 0 });
  });

  it("counts the agents whose clients look for work", () => {
    const polls = 1000;
    const difference = (meter: string) => {
      const [without, including] = [MONTH, { ...MONTH, polls }].map(
        (month) => billFor(month, readPrices()).find((line) => line.meter === meter)?.quantity ?? 0,
      );
      return (including ?? 0) - (without ?? 0);
    };
    expect(difference("executions")).toBe(polls);
    expect(difference("requestUnits")).toBe(3 * polls);
    expect(difference("logs")).toBeCloseTo(0.004, 9);
  });

  it("adds the fixed price of a unit of Web PubSub where an environment has live updates", () => {
    const difference =
      totalOf(billFor({ ...MONTH, webPubSubUnits: 1 }, readPrices())) - totalOf(billFor(MONTH, readPrices()));
    expect(difference).toBeCloseTo(48.97, 2);
  });

  it("calls no price confirmed that is older than a year", () => {
    const meters = Object.values(readPrices().meters);
    const newest = Math.max(...meters.map(({ asOf }) => Date.parse(asOf)));
    const old = meters.filter(({ asOf }) => newest - Date.parse(asOf) > 365 * 86_400_000);
    expect(old.length).toBeGreaterThan(0);
    expect(old.filter(({ confirmed }) => confirmed)).toEqual([]);
  });

  it("has no amount for a meter without a known price, and leaves it out of the total", () => {
    const lines = billFor(MONTH, readPrices());
    const unknown = lines.filter(({ amount }) => amount === undefined);
    expect(unknown.map(({ meter }) => meter)).toEqual(["durableActions"]);
    expect(totalOf(lines)).toBe(totalOf(lines.filter((line) => !unknown.includes(line))));
  });

  it("stays under half a dollar for 1,000 texts without the carrier and live updates, even with the budgets used up", () => {
    const ours = billFor(MONTH, readPrices()).filter(({ meter }) => !CARRIER_METERS.includes(meter));
    expect((totalOf(ours) / MONTH.texts) * 1000).toBeLessThan(0.5);
  });
});

describe("npm run cost", () => {
  it("prints the measured usage and the bill, and marks unconfirmed prices", () => {
    const { status, stdout } = cost("--texts", "2000");
    expect(status).toBe(0);
    expect(stdout).toMatch(/Measured for .*: \d+ request/);
    expect(stdout).toMatch(/^Texts received.* 2,000 segments +17\.00 +2021-11-30 \*$/m);
    expect(Number(/\n([\d.]+) kB of logs/.exec(stdout)?.[1])).toBeGreaterThan(30);
    expect(stdout).toMatch(/^Alerts on metrics +13 time series/m);
    expect(stdout).toMatch(/^Functions, always-ready instances +1,314,000 GB-s/m);
    expect(stdout).toMatch(/^Web PubSub Standard, units +30.4 days +48.97/m);
    expect(stdout).toMatch(/^Durable Task Scheduler, actions .*price unknown +[\d-]+ \*$/m);
    expect(stdout).toMatch(/^Total.* [\d.]+ USD$/m);
  });

  it.each([
    ["--agents", "some"],
    ["--poll-seconds", "0"],
  ])("refuses %s %s", (...args) => {
    const { status, stderr } = cost("--texts", "1", ...args);
    expect(status).toBe(1);
    expect(stderr).toContain("--agents 10 --poll-seconds 30");
  });

  it.each([[], ["--texts", "many"], ["--texts", "0"]])("asks for the number of texts when it is %j", (...args) => {
    const { status, stderr } = cost(...args);
    expect(status).toBe(1);
    expect(stderr).toContain("npm run cost -- --texts 100000");
  });
});
