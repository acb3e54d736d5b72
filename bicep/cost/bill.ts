import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { Usage } from "../../local/exchange.ts";

const meterSchema = z.object({
  name: z.string(),
  unit: z.string(),
  /** Nothing when no price is known. */
  price: z.number().nonnegative().nullable(),
  /** How many units the price is for. */
  per: z.number().positive().default(1),
  /** How many units a month are not billed. */
  free: z.number().nonnegative().default(0),
  source: z.string().min(1),
  asOf: z.iso.date(),
  /** Read on a page of Azure itself. */
  confirmed: z.boolean(),
});
type Meter = z.infer<typeof meterSchema>;

const METERS = [
  ...(["textsReceived", "textsSent", "number"] as const),
  ...(["executionTime", "executions", "eventOperations", "serviceBusBase", "serviceBusOperations"] as const),
  ...(["requestUnits", "durableActions", "logs", "metricAlerts", "logAlerts"] as const),
] as const;
type MeterName = (typeof METERS)[number];

/** The carrier's part, which no software changes. */
export const CARRIER: readonly MeterName[] = ["textsReceived", "textsSent", "number"];

const pricesSchema = z.strictObject({
  currency: z.string(),
  what: z.string(),
  meters: z.record(z.enum(METERS), meterSchema),
});
export type Prices = z.infer<typeof pricesSchema>;

export const readPrices = (): Prices =>
  pricesSchema.parse(JSON.parse(readFileSync(join(import.meta.dirname, "prices.json"), "utf8")));

/** What a month is made of. */
export interface Month {
  /** Texts of customers, each of one segment, accepted by an agent and answered by one reply of one segment. */
  readonly texts: number;
  readonly exchange: Usage;
  readonly sweep: Usage;
  readonly instanceMemoryMB: number;
  readonly metricAlerts: number;
  readonly logAlerts: number;
}

/** One meter's part of the bill. */
export interface BillLine {
  readonly meter: MeterName;
  readonly quantity: number;
  /** Nothing when its price is not known. */
  readonly amount: number | undefined;
}

const SWEEPS = 730 * 60;
/** An instance is billed for a second at least whenever it has work; at little traffic no two executions share one. */
const SECONDS_EACH = 1;
/** An event comes in, and is delivered. */
const OPERATIONS_OF_DELIVERY = 2;
/** A message is sent, received and settled. */
const OPERATIONS_OF_MESSAGE = 3;
/** Assumed, and to be held to a month of real use: what one exchange leaves in the logs. */
export const LOG_KB_OF_EXCHANGE = 10;

/** The monthly bill, by meter. */
export const billFor = (month: Month, { meters }: Prices): readonly BillLine[] => {
  const { texts, exchange, sweep } = month;
  const inMonth = (kind: keyof Usage) => texts * exchange[kind] + SWEEPS * sweep[kind];
  const quantities: Readonly<Record<MeterName, number>> = {
    textsReceived: texts,
    textsSent: texts,
    number: 1,
    executionTime: (inMonth("executions") * SECONDS_EACH * month.instanceMemoryMB) / 1024,
    executions: inMonth("executions"),
    eventOperations: inMonth("deliveries") * OPERATIONS_OF_DELIVERY,
    serviceBusBase: 1,
    serviceBusOperations: inMonth("messages") * OPERATIONS_OF_MESSAGE,
    requestUnits: inMonth("requestUnits"),
    durableActions: inMonth("actions"),
    logs: (texts * LOG_KB_OF_EXCHANGE) / 1e6,
    metricAlerts: month.metricAlerts,
    logAlerts: month.logAlerts,
  };
  return METERS.map((meter) => ({
    meter,
    quantity: quantities[meter],
    amount: amountOf(meters[meter], quantities[meter]),
  }));
};

const amountOf = ({ price, per, free }: Meter, quantity: number): number | undefined =>
  price === null ? undefined : (Math.max(0, quantity - free) / per) * price;

/** All lines together, as far as their prices are known. */
export const totalOf = (lines: readonly BillLine[]): number =>
  lines.reduce((total, { amount }) => total + (amount ?? 0), 0);
