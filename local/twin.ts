import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { QUEUES } from "../infra/service-bus/queues.ts";
import { TwinClock } from "../twin/clock.ts";
import { CosmosDb } from "../twin/cosmos/cosmos-db.ts";
import { EventGrid, eventGridRoutes } from "../twin/event-grid/index.ts";
import { TaskHub } from "../twin/functions-host/durable/task-hub.ts";
import {
  type FunctionsHost,
  type FunctionsHostOptions,
  startFunctionsHost,
} from "../twin/functions-host/functions-host.ts";
import type { Log } from "../twin/functions-host/log.ts";
import { IdentityProvider } from "../twin/identity/identity-provider.ts";
import { freePort } from "../twin/loopback.ts";
import { acsConnectionString } from "../twin/phone-network/acs/account.ts";
import { PhoneNetwork } from "../twin/phone-network/index.ts";
import { ServiceBus } from "../twin/service-bus/service-bus.ts";
import { createDatabase, seed } from "./database.ts";
import { type SampleOrganisation, sampleOrganisation } from "./sample-organisation.ts";

/** Where the parts listen; 0 is any free port. */
export interface Ports {
  readonly functions: number;
  readonly serviceBus: number;
  readonly cosmos: number;
  readonly phoneNetwork: number;
  readonly identity: number;
}

export const DEFAULT_PORTS: Ports = {
  functions: 7071,
  serviceBus: 5672,
  cosmos: 8081,
  phoneNetwork: 7080,
  identity: 7090,
};

export const FREE_PORTS: Ports = { functions: 0, serviceBus: 0, cosmos: 0, phoneNetwork: 0, identity: 0 };

export interface TwinOptions {
  readonly ports: Ports;
  readonly organisation?: SampleOrganisation;
  readonly log?: Log;
  /** The folder that the app is started from, if it is not this repository: an unpacked package. */
  readonly appRoot?: string;
  /** Called around each call of a function of the app; see the functions host. */
  readonly faults?: Pick<FunctionsHostOptions, "beforeInvocation" | "afterInvocation">;
}

/** Where everything is, for people and for other programs. */
export interface Addresses {
  readonly functions: string;
  readonly serviceBus: string;
  readonly cosmos: string;
  readonly phoneNetwork: string;
  readonly identity: string;
}

const APP_ROOT = join(import.meta.dirname, "..");
/** How often `settled` looks, in milliseconds of real time. */
const LOOK_MS = 5;
/** How many looks in a row have to find nothing under way. */
const QUIET_LOOKS = 4;

const localSettingsSchema = z.object({ Values: z.record(z.string(), z.string()) });

/**
 * All of it on one machine: what Azure, the providers and the phones would be, and the app on top. Parts can be
 * stopped and started one by one; what they keep outlives that.
 */
export class Twin {
  readonly clock = new TwinClock();
  readonly taskHub = new TaskHub({ clock: this.clock });
  readonly serviceBus = new ServiceBus({ clock: this.clock, queues: queueSettings() });
  readonly cosmos = new CosmosDb({ clock: this.clock });
  readonly eventGrid = new EventGrid({ clock: this.clock });
  readonly organisation: SampleOrganisation;
  readonly identity: IdentityProvider;
  readonly phoneNetwork: PhoneNetwork;
  readonly #options: TwinOptions;
  #host: FunctionsHost | undefined;
  /** Where the host listened last: the next one takes its place. */
  #functionsPort: number | undefined;
  #settings = sampleSettings();
  readonly #acsAccessKey = /accesskey=(.+)$/.exec(this.#settings.ACS_CONNECTION_STRING ?? "")?.[1] ?? "";

  private constructor(options: TwinOptions) {
    this.#options = options;
    this.organisation = options.organisation ?? sampleOrganisation();
    this.identity = new IdentityProvider({ clock: this.clock, subjects: this.organisation.subjects });
    this.phoneNetwork = new PhoneNetwork({
      clock: this.clock,
      events: this.eventGrid,
      routes: eventGridRoutes(this.eventGrid),
      accounts: { acs: { accessKey: this.#acsAccessKey } },
    });
  }

  /**
   * Starts all parts and the app, with the sample organisation in it. The bundle must have been built.
   * @throws PortTakenError when a port is in use; whatever the app says when it cannot start.
   */
  static async start(options: TwinOptions): Promise<Twin> {
    const twin = new Twin(options);
    try {
      await twin.#start();
    } catch (error) {
      await twin.stop();
      throw error;
    }
    return twin;
  }

  get addresses(): Addresses {
    return {
      functions: this.host.url,
      serviceBus: this.serviceBus.connectionString,
      cosmos: this.cosmos.endpoint,
      phoneNetwork: this.phoneNetwork.url,
      identity: this.identity.issuer,
    };
  }

  /** The running host. @throws Error while there is none. */
  get host(): FunctionsHost {
    if (!this.#host) throw new Error("The functions host is not running.");
    return this.#host;
  }

  /** Ends the app like a process that dies; `startHost` starts it again, on the same port. */
  async killHost(): Promise<void> {
    await this.#host?.kill();
    this.#host = undefined;
  }

  async stopHost(): Promise<void> {
    await this.#host?.stop();
    this.#host = undefined;
  }

  async startHost(): Promise<void> {
    const { ports, log, faults, appRoot } = this.#options;
    this.#host = await onPort("functions", this.#functionsPort ?? ports.functions, (port) =>
      startFunctionsHost({
        appRoot: appRoot ?? APP_ROOT,
        settings: this.#settings,
        port,
        clock: this.clock,
        taskHub: this.taskHub,
        log: log ?? (() => {}),
        ...faults,
      }),
    );
    this.#functionsPort = Number(new URL(this.#host.url).port);
  }

  /** Waits until nothing is under way anywhere: no event, message, call or turn that could be worked on now. */
  async settled(): Promise<void> {
    let quiet = 0;
    while (quiet < QUIET_LOOKS) {
      quiet = this.#isQuiet() ? quiet + 1 : 0;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  #isQuiet(): boolean {
    const messages = Object.values(this.serviceBus.snapshot()).some(({ active, locked }) => active + locked > 0);
    return this.phoneNetwork.isIdle() && this.eventGrid.isIdle() && !messages && (this.#host?.inFlight() ?? 0) === 0;
  }

  async stop(): Promise<void> {
    await this.stopHost();
    await Promise.all(
      [this.serviceBus, this.cosmos, this.eventGrid, this.phoneNetwork, this.identity].map((part) => part.stop()),
    );
  }

  async #start(): Promise<void> {
    const { ports } = this.#options;
    await Promise.all([
      onPort("Service Bus", ports.serviceBus, (port) => this.serviceBus.start(port)),
      onPort("Cosmos DB", ports.cosmos, (port) => this.cosmos.start(port)),
      onPort("phone network", ports.phoneNetwork, (port) => this.phoneNetwork.start(port)),
      onPort("identity", ports.identity, (port) => this.identity.start(port)),
    ]);
    this.eventGrid.start();
    this.#functionsPort = ports.functions === 0 ? await freePort() : ports.functions;
    this.#settings = { ...this.#settings, ...this.#addressSettings() };
    const containers = await createDatabase(this.cosmos.connectionString, this.#settings.COSMOS_DATABASE ?? "hilo");
    await seed(containers, this.organisation);
    this.#connectNumbers();
    await this.startHost();
    await Promise.all(
      [
        { name: "sms-received", eventType: "Microsoft.Communication.SMSReceived" as const },
        { name: "sms-delivery-report", eventType: "Microsoft.Communication.SMSDeliveryReportReceived" as const },
      ].map(({ name, eventType }) =>
        this.eventGrid.subscribe({
          name,
          eventType,
          endpoint: `${this.host.url}/runtime/webhooks/EventGrid?functionName=${name}`,
        }),
      ),
    );
  }

  /** Sets up the numbers of the organisation at their providers, with the app's webhooks. */
  #connectNumbers(): void {
    for (const { provider, number, numberType } of this.organisation.settings.channels ?? []) {
      const owned = { number, provider, type: numberType === "mobile" ? "long-code" : numberType } as const;
      this.phoneNetwork.connectNumber(owned, `${this.#publicUrl}/api/webhooks/${provider}`);
    }
  }

  get #publicUrl(): string {
    return `http://127.0.0.1:${this.#functionsPort}`;
  }

  #addressSettings(): Record<string, string> {
    const providerUrls = Object.keys(this.#settings).filter((name) => name.endsWith("_API_URL"));
    return {
      PUBLIC_URL: this.#publicUrl,
      ...Object.fromEntries(providerUrls.map((name) => [name, this.phoneNetwork.url])),
      COSMOS_CONNECTION_STRING: this.cosmos.connectionString,
      SERVICE_BUS: this.serviceBus.connectionString,
      ACS_CONNECTION_STRING: acsConnectionString(this.phoneNetwork.url, { accessKey: this.#acsAccessKey }),
      AUTH_ISSUER: this.identity.issuer,
      AUTH_AUDIENCE: this.identity.audience,
      AUTH_JWKS_URL: this.identity.jwksUrl,
    };
  }
}

/** The port is in use, most often by a twin that runs already. */
export class PortTakenError extends Error {
  override readonly name = "PortTakenError";
}

const onPort = async <T>(part: string, port: number, start: (port: number) => Promise<T>): Promise<T> => {
  try {
    return await start(port);
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== "EADDRINUSE") throw cause;
    throw new PortTakenError(`Port ${port} of the ${part} is taken.`, { cause });
  }
};

/** The settings that a developer starts from. */
export const sampleSettings = (): Readonly<Record<string, string>> => {
  const text = readFileSync(join(APP_ROOT, "local.settings.sample.json"), "utf8");
  return localSettingsSchema.parse(JSON.parse(text)).Values;
};

const queueSettings = () =>
  Object.entries(QUEUES).map(([name, queue]) => ({
    name,
    requiresSession: queue.sessions,
    lockDurationSeconds: queue.lockSeconds,
    maxDeliveryCount: queue.maxDeliveries,
    duplicateDetectionWindowSeconds: queue.duplicateWindowSeconds,
  }));
