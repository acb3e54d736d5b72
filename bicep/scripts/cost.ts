import { parseArgs } from "node:util";
import * as z from "zod";
import { buildApp } from "../../build.ts";
import { measureExchange } from "../../local/exchange.ts";
import {
  type BillLine,
  billFor,
  CARRIER_METERS,
  LOG_KB_OF_EXCHANGE,
  type Prices,
  readPrices,
  totalOf,
} from "../cost/bill.ts";
import { resourcesOf } from "../snapshot.ts";
import { runCommand, UsageError } from "./command.ts";

const HELP = `Prints the monthly cost by meter. It plays one exchange on this machine, counts what that uses, and multiplies.

Usage: npm run cost -- --texts N

  --texts N   customers' texts in a month; each is one segment, is accepted, and gets one reply of one segment
  --help      print this help`;

const PRODUCTION = "params/main.prod";

const appSchema = z.object({
  functionAppConfig: z.object({ scaleAndConcurrency: z.object({ instanceMemoryMB: z.number() }) }),
});

const main = async (): Promise<number> => {
  const { values } = parseArgs({ options: { texts: { type: "string" }, help: { type: "boolean" } } });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const texts = Number(values.texts);
  if (!Number.isSafeInteger(texts) || texts < 1) {
    throw new UsageError("Give the number of texts in a month, for example: npm run cost -- --texts 100000");
  }
  const prices = readPrices();
  await buildApp();
  const { exchange, sweep } = await measureExchange();
  const [app] = resourcesOf(PRODUCTION, "Microsoft.Web/sites");
  const { instanceMemoryMB } = appSchema.parse(app?.properties).functionAppConfig.scaleAndConcurrency;
  const lines = billFor(
    {
      texts,
      exchange,
      sweep,
      instanceMemoryMB,
      metricAlerts: resourcesOf(PRODUCTION, "Microsoft.Insights/metricAlerts").length,
      logAlerts: resourcesOf(PRODUCTION, "Microsoft.Insights/scheduledQueryRules").length,
    },
    prices,
  );
  console.log(`Measured for one text that is accepted, gets a reply and is reported as delivered: ${exchange.requestUnits} request
units, ${exchange.messages} Service Bus messages, ${exchange.actions} durable actions, ${exchange.deliveries} event deliveries, ${exchange.executions} function executions.
Measured for the sweep of each minute: ${sweep.requestUnits} request units.
`);
  console.log(tableOf(lines, prices));
  console.log(`
Without the carrier's charges: ${perThousand(lines, texts)} for 1,000 texts.

Each price is of the date in its line; bicep/cost/prices.json has the sources. Prices with * are not confirmed.
Assumed: ${LOG_KB_OF_EXCHANGE} kB of logs for each text, no concurrent executions of a function (the most expensive case), instances
of ${instanceMemoryMB} MB. Not included: storage (Cosmos DB, storage account), outgoing traffic, taxes.`);
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

const grouped = (quantity: number): string => quantity.toLocaleString("en", { maximumFractionDigits: 1 });

const money = (amount: number): string =>
  amount.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

await runCommand(HELP, main);
// The Service Bus SDK leaves timers behind, a minute long, for receivers that were waiting when they were closed.
process.exit();
