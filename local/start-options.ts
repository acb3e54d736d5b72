import { parseArgs } from "node:util";
import { DEFAULT_PORTS, type Ports } from "./environment.ts";

export const HELP = `Starts Hilo and everything it depends on, on this machine.

Usage: npm start [-- options]

  --port-offset N        add N to every default port
  --functions-port N     HTTP API and webhooks of the app        (default ${DEFAULT_PORTS.functions})
  --service-bus-port N   Service Bus, AMQP                       (default ${DEFAULT_PORTS.serviceBus})
  --cosmos-port N        Cosmos DB                               (default ${DEFAULT_PORTS.cosmos})
  --phone-port N         phones, SMS providers and Event Grid    (default ${DEFAULT_PORTS.phoneNetwork})
  --live-port N          Web PubSub, live updates                (default ${DEFAULT_PORTS.webPubSub})
  --identity-port N      access tokens for the sample users      (default ${DEFAULT_PORTS.identity})
  --verbose              print the app's whole log, not only warnings and errors
  --help                 print this help

Port 0 stands for any free port. Press Ctrl-C to stop.`;

/** An invalid command line. The message is for the user. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export interface StartOptions {
  readonly ports: Ports;
  readonly isVerbose: boolean;
}

/**
 * @returns undefined when only the help is requested.
 * @throws UsageError
 */
export const readStartOptions = (args: readonly string[]): StartOptions | undefined => {
  const values = parse(args);
  if (values.help) return undefined;
  const offset = portNumber("--port-offset", Number(values["port-offset"]));
  const port = (option: `${string}-port`, part: keyof Ports): number => {
    const value = values[option as keyof typeof values];
    return portNumber(`--${option}`, value === undefined ? DEFAULT_PORTS[part] + offset : Number(value));
  };
  return {
    isVerbose: values.verbose,
    ports: {
      functions: port("functions-port", "functions"),
      serviceBus: port("service-bus-port", "serviceBus"),
      cosmos: port("cosmos-port", "cosmos"),
      phoneNetwork: port("phone-port", "phoneNetwork"),
      webPubSub: port("live-port", "webPubSub"),
      identity: port("identity-port", "identity"),
    },
  };
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        "port-offset": { type: "string", default: "0" },
        "functions-port": { type: "string" },
        "service-bus-port": { type: "string" },
        "cosmos-port": { type: "string" },
        "phone-port": { type: "string" },
        "live-port": { type: "string" },
        "identity-port": { type: "string" },
        verbose: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
};

const portNumber = (option: string, port: number): number => {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new UsageError(`${option}: expected a port from 0 to 65535 but got ${port}.`);
};
