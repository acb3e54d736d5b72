import { parseArgs } from "node:util";
import * as z from "zod";
import { buildApp } from "../../build.ts";
import { measureExchange } from "../../local/exchange.ts";
import { type BillLine, billFor, CARRIER, LOG_KB_OF_EXCHANGE, type Prices, readPrices, totalOf } from "../cost/bill.ts";
import { resourcesOf } from "../snapshot.ts";
import { runCommand, UsageError } from "./command.ts";

const HELP = `Prints what a month costs, by meter: it plays one exchange on this machine, counts what it uses, and multiplies.

Usage: npm run cost -- --texts N

  --texts N   texts of customers in the month; each is one segment, is accepted, and gets one reply of one segment
  --help      prints this`;

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
    throw new UsageError("Say how many texts come in a month, such as: npm run cost -- --texts 100000");
  }
  const prices = readPrices();
  await buildApp();
  const { exchange, sweep } = await measureExchange();
  const [app] = resourcesOf(PRODUCTION, "Microsoft.Web/sites");
  const { instanceMemoryMB } = appSchema.parse(app?.properties).functionAppConfig.scaleAndConcurrency;
  const lines = billFor(
    {
      ...{ texts, exchange, sweep, instanceMemoryMB },
      metricAlerts: resourcesOf(PRODUCTION, "Microsoft.Insights/metricAlerts").length,
      logAlerts: resourcesOf(PRODUCTION, "Microsoft.Insights/scheduledQueryRules").length,
    },
    prices,
  );
  console.log(`Measured, for one text that is accepted, answered and reported as delivered: ${exchange.requestUnits} request
units, ${exchange.messages} Service Bus messages, ${exchange.actions} durable actions, ${exchange.deliveries} events delivered, ${exchange.executions} executions of functions;
and ${sweep.requestUnits} request units for the sweep of each minute.
`);
  console.log(tableOf(lines, prices));
  console.log(`
Beyond the carrier's part: ${perThousand(lines, texts)} for 1,000 texts.

Prices are of the dates that are told, their sources in bicep/cost/prices.json; those with * are not confirmed.
Assumed: ${LOG_KB_OF_EXCHANGE} kB of logs for a text, no two executions of a function at once (the dearest case), instances of
${instanceMemoryMB} MB. Not counted: what is stored (Cosmos DB, storage), traffic out, taxes.`);
  return 0;
};

const tableOf = (lines: readonly BillLine[], { meters, currency }: Prices): string =>
  [
    ...lines.map(({ meter, quantity, amount }) => {
      const { name, unit, asOf, confirmed } = meters[meter];
      const price = amount === undefined ? "no price known" : money(amount);
      return `${rowOf(name, `${grouped(quantity)} ${unit}`, price)}  ${asOf}${confirmed ? "" : " *"}`;
    }),
    rowOf("Together, as far as prices are known", "", `${money(totalOf(lines))} ${currency}`),
  ].join("\n");

const rowOf = (name: string, quantity: string, amount: string): string =>
  `${name.padEnd(46)}${quantity.padStart(22)}${amount.padStart(16)}`;

const perThousand = (lines: readonly BillLine[], texts: number): string =>
  money((totalOf(lines.filter(({ meter }) => !CARRIER.includes(meter))) / texts) * 1000);

const grouped = (quantity: number): string => quantity.toLocaleString("en", { maximumFractionDigits: 1 });

const money = (amount: number): string =>
  amount.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

await runCommand(HELP, main);
// The Service Bus SDK leaves timers behind, a minute long, for receivers that were waiting when they were closed.
process.exit();
