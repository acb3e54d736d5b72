import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { MeasuredUsage, Usage } from "../../local/exchange.ts";

const meterSchema = z.object({
  name: z.string(),
  unit: z.string(),
  /** null when no price is known. */
  price: z.number().nonnegative().nullable(),
  /** The number of units that the price is for. */
  per: z.number().positive().default(1),
  /** The free units in a month. */
  free: z.number().nonnegative().default(0),
  source: z.string().min(1),
  asOf: z.iso.date(),
  /** Whether the price is from a page of Azure itself. */
  confirmed: z.boolean(),
});
type Meter = z.infer<typeof meterSchema>;

const METERS = [
  "textsReceived",
  "textsSent",
  "number",
  "executionTime",
  "alwaysReady",
  "executions",
  "eventOperations",
  "serviceBusBase",
  "serviceBusOperations",
  "requestUnits",
  "durableActions",
  "webPubSubUnits",
  "logs",
  "metricAlerts",
  "logAlertsIn5Minutes",
  "logAlertsIn15Minutes",
] as const;
type MeterName = (typeof METERS)[number];

/** The carrier's charges, which do not depend on Hilo. */
export const CARRIER_METERS: readonly MeterName[] = ["textsReceived", "textsSent", "number"];

const pricesSchema = z.strictObject({
  currency: z.string(),
  note: z.string(),
  meters: z.record(z.enum(METERS), meterSchema),
});
export type Prices = z.infer<typeof pricesSchema>;

export const readPrices = (): Prices =>
  pricesSchema.parse(JSON.parse(readFileSync(join(import.meta.dirname, "prices.json"), "utf8")));

/** The usage of a month. */
export interface Month extends MeasuredUsage {
  /** Customers' texts. Each is one segment, is accepted by an agent and gets one reply of one segment. */
  readonly texts: number;
  /** How often the clients of all agents look for work. */
  readonly polls: number;
  readonly instanceMemoryMB: number;
  /** Instances that are kept ready for HTTP requests. */
  readonly alwaysReadyInstances: number;
  /** Paid units of Web PubSub, for live updates. A unit includes 1,000,000 messages a day, far more than consoles get. */
  readonly webPubSubUnits: number;
  /** Time series that metric alerts watch: an alert that is split by queue has one for each queue. */
  readonly metricAlertSeries: number;
  /** Alerts on logs, by the minutes between two queries. */
  readonly logAlerts: { readonly every5: number; readonly every15: number };
}

/** One line of the bill. */
export interface BillLine {
  readonly meter: MeterName;
  readonly quantity: number;
  /** undefined when the price is not known. */
  readonly amount: number | undefined;
}

const HOURS = 730;
const DAYS = HOURS / 24;
const SWEEPS = HOURS * 60;
/** An instance is billed for at least a second of work. At low traffic, no two executions share an instance. */
const SECONDS_PER_EXECUTION = 1;
/** Publishing and delivery. */
const OPERATIONS_PER_DELIVERY = 2;
/** Sending, receiving and settling. */
const OPERATIONS_PER_MESSAGE = 3;
/** Computes the monthly bill, one line a meter. */
export const billFor = (month: Month, { meters }: Prices): readonly BillLine[] => {
  const { texts, polls, exchange, sweep, poll } = month;
  const monthly = (kind: keyof Usage) => texts * exchange[kind] + SWEEPS * sweep[kind] + polls * poll[kind];
  const memoryGb = month.instanceMemoryMB / 1024;
  const quantities: Readonly<Record<MeterName, number>> = {
    textsReceived: texts,
    textsSent: texts,
    number: 1,
    executionTime: monthly("executions") * SECONDS_PER_EXECUTION * memoryGb,
    alwaysReady: month.alwaysReadyInstances * HOURS * 3600 * memoryGb,
    executions: monthly("executions"),
    eventOperations: monthly("deliveries") * OPERATIONS_PER_DELIVERY,
    serviceBusBase: 1,
    serviceBusOperations: monthly("messages") * OPERATIONS_PER_MESSAGE,
    requestUnits: monthly("requestUnits"),
    durableActions: monthly("actions"),
    webPubSubUnits: month.webPubSubUnits * DAYS,
    logs: monthly("logBytes") / 1e9,
    metricAlerts: month.metricAlertSeries,
    logAlertsIn5Minutes: month.logAlerts.every5,
    logAlertsIn15Minutes: month.logAlerts.every15,
  };
  return METERS.map((meter) => ({
    meter,
    quantity: quantities[meter],
    amount: amountOf(meters[meter], quantities[meter]),
  }));
};

const amountOf = ({ price, per, free }: Meter, quantity: number): number | undefined =>
  price === null ? undefined : (Math.max(0, quantity - free) / per) * price;

/** The sum of the lines with a known price. */
export const totalOf = (lines: readonly BillLine[]): number =>
  lines.reduce((total, { amount }) => total + (amount ?? 0), 0);
