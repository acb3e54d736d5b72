import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { buildApp } from "../build.ts";
import type { LogEntry } from "../twin/functions-host/log.ts";
import { SAMPLE_CHANNEL_NUMBER } from "./sample-organisation.ts";
import { DEFAULT_PORTS, type Ports, PortTakenError, Twin } from "./twin.ts";

const HELP = `Starts Hilo and everything that it needs, on this machine only.

Usage: npm start [-- options]

  --port-offset N        adds N to every default port
  --functions-port N     the app, HTTP and webhooks        (${DEFAULT_PORTS.functions})
  --service-bus-port N   Service Bus, AMQP                 (${DEFAULT_PORTS.serviceBus})
  --cosmos-port N        Cosmos DB                         (${DEFAULT_PORTS.cosmos})
  --phone-port N         phones, providers and Event Grid  (${DEFAULT_PORTS.phoneNetwork})
  --identity-port N      tokens for the sample agents      (${DEFAULT_PORTS.identity})
  --verbose              prints every line of the app's log
  --help                 prints this

A port of 0 is any free one. Ctrl-C ends it all.`;

/** Where other programs find the addresses while this runs. */
const ADDRESS_FILE = ".twin/addresses.json";

const main = async (): Promise<number> => {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") {
    console.log(HELP);
    return 0;
  }
  await buildApp();
  const twin = await Twin.start({ ports: options.ports, log: options.verbose ? printAll : printTrouble });
  await mkdir(dirname(ADDRESS_FILE), { recursive: true });
  await writeFile(ADDRESS_FILE, `${JSON.stringify(twin.addresses, null, 2)}\n`);
  console.log(greeting(twin));
  await interrupted();
  console.log("\nEnding ...");
  await rm(ADDRESS_FILE, { force: true });
  await twin.stop();
  return 0;
};

const readOptions = (args: readonly string[]): { ports: Ports; verbose: boolean } | "help" => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      "port-offset": { type: "string", default: "0" },
      "functions-port": { type: "string" },
      "service-bus-port": { type: "string" },
      "cosmos-port": { type: "string" },
      "phone-port": { type: "string" },
      "identity-port": { type: "string" },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const offset = portNumber("--port-offset", values["port-offset"]);
  const port = (option: keyof typeof values, standard: number): number => {
    const given = values[option];
    return typeof given === "string" ? portNumber(`--${option}`, given) : standard + offset;
  };
  return {
    verbose: values.verbose,
    ports: {
      functions: port("functions-port", DEFAULT_PORTS.functions),
      serviceBus: port("service-bus-port", DEFAULT_PORTS.serviceBus),
      cosmos: port("cosmos-port", DEFAULT_PORTS.cosmos),
      phoneNetwork: port("phone-port", DEFAULT_PORTS.phoneNetwork),
      identity: port("identity-port", DEFAULT_PORTS.identity),
    },
  };
};

/** What the user typed is wrong; the message says what to type. */
class UsageError extends Error {
  override readonly name = "UsageError";
}

const portNumber = (option: string, text: string): number => {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new UsageError(`${option} takes a whole number from 0 to 65535, not "${text}".`);
};

const printAll = ({ level, source, functionName, message }: LogEntry): void => {
  console.log(`${level.padEnd(11)} ${functionName ?? source}: ${message}`);
};

const printTrouble = (entry: LogEntry): void => {
  if (["warning", "error", "critical"].includes(entry.level)) printAll(entry);
};

const greeting = ({ addresses, organisation }: Twin): string => {
  const { functions, phoneNetwork, identity } = addresses;
  const [agent, other] = organisation.agents;
  const [contact] = organisation.contacts;
  const token = `$(curl -s ${identity}/token -H "content-type: application/json" -d '{"subject":"${agent?.id}"}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`;
  return `Hilo is up.

  app             ${functions}/api        (try ${functions}/api/health)
  phones          ${phoneNetwork}
  identity        ${identity}
  Cosmos DB       ${addresses.cosmos}
  Service Bus     ${addresses.serviceBus}

Numbers to text   ${(organisation.settings.channels ?? []).map(({ number, provider }) => `${number} (${provider})`).join(" · ")}
Agents            ${organisation.subjects.map(({ id, roles }) => `${id} (${roles.join(", ")})`).join(" · ")}
Known customers   ${organisation.contacts.map(({ mobilePhone, firstName }) => `${mobilePhone} ${firstName}`).join(" · ")}

Paste these, one after the other, to play a conversation between ${contact?.firstName} and ${agent?.name} (or ${other?.name}):

# a customer texts
curl -s ${phoneNetwork}/texts -H "content-type: application/json" \\
  -d '{"from":"${contact?.mobilePhone}","to":"${SAMPLE_CHANNEL_NUMBER}","text":"Hello, my tent leaks."}'

# what is offered to ${agent?.name}
TOKEN=${token}
curl -s ${functions}/api/me/work-items -H "authorization: Bearer $TOKEN"

# ${agent?.name} accepts, and replies
ID=$(curl -s ${functions}/api/me/work-items -H "authorization: Bearer $TOKEN" | sed 's/.*"id":"\\([0-9a-f.]*\\)".*/\\1/')
curl -s -X POST ${functions}/api/conversations/$ID/accept -H "authorization: Bearer $TOKEN"
curl -s ${functions}/api/conversations/$ID/replies -H "authorization: Bearer $TOKEN" \\
  -H "content-type: application/json" -d '{"text":"Sorry to hear that. Which model is it?"}'

# what the customer's phone got
curl -s ${phoneNetwork}/handsets/${contact?.mobilePhone}/texts

Ctrl-C ends it.`;
};

const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });

const explain = (error: unknown): string => {
  if (error instanceof PortTakenError) {
    return `${error.message} Is Hilo running already? Try: npm start -- --port-offset 100`;
  }
  const isUsage = error instanceof UsageError || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
  if (isUsage) return `${(error as Error).message}\n\n${HELP}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

const exitCode = await main().catch((error: unknown) => {
  console.error(explain(error));
  return 1;
});
// The Service Bus SDK leaves timers behind, a minute long, for receivers that were waiting when they were closed.
process.exit(exitCode);
