import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { LogEntry } from "azure-twin/functions-host";
import { buildApp } from "../build.ts";
import { buildConsole } from "../console/build.ts";
import { LocalEnvironment, PortTakenError } from "./environment.ts";
import { greeting } from "./greeting.ts";
import { HELP, readStartOptions, UsageError } from "./start-options.ts";

/** The file with the addresses, for other programs; it exists while the environment runs. */
const ADDRESS_FILE = ".twin/addresses.json";

const main = async (): Promise<number> => {
  const options = readStartOptions(process.argv.slice(2));
  if (!options) {
    console.log(HELP);
    return 0;
  }
  await Promise.all([buildApp(), buildConsole()]);
  const environment = await LocalEnvironment.start({
    ports: options.ports,
    log: options.isVerbose ? print : printProblem,
  });
  await mkdir(dirname(ADDRESS_FILE), { recursive: true });
  await writeFile(ADDRESS_FILE, `${JSON.stringify(environment.addresses, null, 2)}\n`);
  console.log(greeting(environment));
  await interrupted();
  console.log("\nStopping...");
  await rm(ADDRESS_FILE, { force: true });
  await environment.stop();
  return 0;
};

const print = ({ level, source, functionName, message }: LogEntry): void => {
  console.log(`${level.padEnd(11)} ${functionName ?? source}: ${message}`);
};

const printProblem = (entry: LogEntry): void => {
  if (["warning", "error", "critical"].includes(entry.level)) print(entry);
};

const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });

const explain = (error: unknown): string => {
  if (error instanceof PortTakenError) {
    return `${error.message} If Hilo is already running, start this one with: npm start -- --port-offset 100`;
  }
  if (error instanceof UsageError) return `${error.message}\n\n${HELP}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

const exitCode = await main().catch((error: unknown) => {
  console.error(explain(error));
  return 1;
});
// The Service Bus SDK leaves one-minute timers behind for receivers that are closed while they wait.
process.exit(exitCode);
