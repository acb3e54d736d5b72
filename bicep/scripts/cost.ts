import { parseArgs } from "node:util";
import * as z from "zod";
import { buildApp } from "../../build.ts";
import { measureExchange } from "../../local/exchange.ts";
import { type BillLine, billFor, CARRIER_METERS, type Prices, readPrices, totalOf } from "../cost/bill.ts";
import { resourcesOf } from "../snapshot.ts";
import { runCommand, UsageError } from "./command.ts";

const DEFAULT_AGENTS = 10;
const DEFAULT_POLL_SECONDS = 30;
const SHIFT_SECONDS = 160 * 3600;

const HELP = `Prints the monthly cost by meter. It plays one exchange on this machine, counts what that uses, and multiplies.

Usage: npm run cost -- --texts N [options]

  --texts N          customers' texts in a month; each is one segment, is accepted, and gets one reply of one segment
  --agents N         agents on shift, 160 hours a month each, whose clients look for work (${DEFAULT_AGENTS})
  --poll-seconds N   time between two looks of a client (${DEFAULT_POLL_SECONDS})
  --help             print this help`;

const PRODUCTION = "params/main.prod";

const appSchema = z.object({
  functionAppConfig: z.object({
    scaleAndConcurrency: z.object({
      instanceMemoryMB: z.number(),
      alwaysReady: z.array(z.object({ instanceCount: z.number() })),
    }),
  }),
});

const criteriaSchema = z.object({
  criteria: z.object({
    allOf: z.array(z.object({ dimensions: z.array(z.object({ values: z.array(z.string()) })).default([]) })),
  }),
});

/** The time series that the metric alerts watch. All of a dimension's values are the queues. */
const metricAlertSeries = (): number => {
  const queues = resourcesOf(PRODUCTION, "Microsoft.ServiceBus/namespaces/queues").length;
  const valuesOf = (values: readonly string[]) => (values.includes("*") ? queues : values.length);
  return resourcesOf(PRODUCTION, "Microsoft.Insights/metricAlerts")
    .flatMap(({ properties }) => criteriaSchema.parse(properties).criteria.allOf)
    .map(({ dimensions }) => dimensions.reduce((series, { values }) => series * valuesOf(values), 1))
    .reduce((total, series) => total + series, 0);
};

const skuSchema = z.object({ name: z.string(), capacity: z.number() });

/** The free tier costs nothing. */
const webPubSubUnits = (): number =>
  resourcesOf(PRODUCTION, "Microsoft.SignalRService/webPubSub")
    .map(({ sku }) => skuSchema.parse(sku))
    .reduce((units, { name, capacity }) => units + (name.startsWith("Free") ? 0 : capacity), 0);

const logAlertsEvery = (frequency: string): number =>
  resourcesOf(PRODUCTION, "Microsoft.Insights/scheduledQueryRules").filter(
    ({ properties }) => properties.evaluationFrequency === frequency,
  ).length;

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      texts: { type: "string" },
      agents: { type: "string", default: String(DEFAULT_AGENTS) },
      "poll-seconds": { type: "string", default: String(DEFAULT_POLL_SECONDS) },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const texts = readCount(values.texts, 1);
  if (texts === undefined) {
    throw new UsageError("Give the number of texts in a month, for example: npm run cost -- --texts 100000");
  }
  const agents = readCount(values.agents, 0);
  const pollSeconds = readCount(values["poll-seconds"], 1);
  if (agents === undefined || pollSeconds === undefined) {
    throw new UsageError("Give whole numbers of agents and seconds, for example: --agents 10 --poll-seconds 30");
  }
  const prices = readPrices();
  await buildApp();
  const measured = await measureExchange();
  const { exchange, sweep, poll } = measured;
  const [app] = resourcesOf(PRODUCTION, "Microsoft.Web/sites");
  const { instanceMemoryMB, alwaysReady } = appSchema.parse(app?.properties).functionAppConfig.scaleAndConcurrency;
  const lines = billFor(
    {
      ...measured,
      texts,
      polls: (agents * SHIFT_SECONDS) / pollSeconds,
      instanceMemoryMB,
      alwaysReadyInstances: alwaysReady.reduce((total, { instanceCount }) => total + instanceCount, 0),
      webPubSubUnits: webPubSubUnits(),
      metricAlertSeries: metricAlertSeries(),
      logAlerts: { every5: logAlertsEvery("PT5M"), every15: logAlertsEvery("PT15M") },
    },
    prices,
  );
  console.log(`Measured for one text that is accepted, gets a reply and is reported as delivered: ${exchange.requestUnits} request
units, ${exchange.messages} Service Bus messages, ${exchange.actions} durable actions, ${exchange.deliveries} event deliveries, ${exchange.executions} function executions,
${kilobytes(exchange.logBytes)} of logs. For the sweep of each minute: ${sweep.requestUnits} request units, ${kilobytes(sweep.logBytes)} of logs. For one look of an agent's client:
${poll.requestUnits} request units, ${kilobytes(poll.logBytes)} of logs.
`);
  console.log(tableOf(lines, prices));
  console.log(`
Without the carrier's charges: ${perThousand(lines, texts)} for 1,000 texts.

Each price is of the date in its line; bicep/cost/prices.json has the sources. Prices with * are not confirmed.
Assumed: ${agents} agents, whose clients look for work every ${pollSeconds} seconds; no concurrent executions of a function (the most
expensive case); no sampling of logs; instances of ${instanceMemoryMB} MB. The logs are the app's own lines and the host's known rows.
The price of Web PubSub is fixed; without liveUpdatesSku in bicep/params/environments.bicep, consoles poll and it is saved.
Not included: storage (Cosmos DB, storage account), outgoing traffic, taxes.`);
  return 0;
};

const tableOf = (lines: readonly BillLine[], { meters, currency }: Prices): string =>
  [
    ...lines.map(({ meter, quantity, amount }) => {
      const { name, unit, asOf, confirmed } = meters[meter];
      const price = amount === undefined ? "price unknown" : money(amount);
      return `${rowOf(name, `${grouped(quantity)} ${unit}`, price)}  ${asOf}${confirmed ? "" : " *"}`;
    }),
    rowOf("Total of the known prices", "", `${money(totalOf(lines))} ${currency}`),
  ].join("\n");

const rowOf = (name: string, quantity: string, amount: string): string =>
  `${name.padEnd(46)}${quantity.padStart(22)}${amount.padStart(16)}`;

const perThousand = (lines: readonly BillLine[], texts: number): string =>
  money((totalOf(lines.filter(({ meter }) => !CARRIER_METERS.includes(meter))) / texts) * 1000);

const readCount = (text: string | undefined, min: number): number | undefined => {
  const count = Number(text);
  return Number.isSafeInteger(count) && count >= min ? count : undefined;
};

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

const grouped = (quantity: number): string => quantity.toLocaleString("en", { maximumFractionDigits: 1 });

const money = (amount: number): string =>
  amount.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

await runCommand(HELP, main);
// The Service Bus SDK leaves timers behind, a minute long, for receivers that were waiting when they were closed.
process.exit();
