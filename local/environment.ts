import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { TwinClock } from "azure-twin/clock";
import { CosmosDb } from "azure-twin/cosmos";
import { EventGrid, eventGridRoutes } from "azure-twin/event-grid";
import type { Log } from "azure-twin/functions-host";
import { type FunctionsHost, type FunctionsHostOptions, startFunctionsHost, TaskHub } from "azure-twin/functions-host";
import { IdentityProvider } from "azure-twin/identity";
import { PhoneNetwork } from "azure-twin/phone-network";
import { acsConnectionString } from "azure-twin/phone-network/acs/account";
import { freePort } from "azure-twin/ports";
import { ServiceBus } from "azure-twin/service-bus";
import { WebPubSub } from "azure-twin/web-pubsub";
import * as z from "zod";
import { QUEUES } from "../infra/service-bus/queues.ts";
import { createDatabase, seed } from "./database.ts";
import { type SampleOrganisation, sampleOrganisation } from "./sample-organisation.ts";

/** The port of each part; 0 stands for any free port. */
export interface Ports {
  readonly functions: number;
  readonly serviceBus: number;
  readonly cosmos: number;
  readonly phoneNetwork: number;
  readonly webPubSub: number;
  readonly identity: number;
}

export const DEFAULT_PORTS: Ports = {
  functions: 7071,
  serviceBus: 5672,
  cosmos: 8081,
  phoneNetwork: 7080,
  webPubSub: 7085,
  identity: 7090,
};

export const FREE_PORTS: Ports = {
  functions: 0,
  serviceBus: 0,
  cosmos: 0,
  phoneNetwork: 0,
  webPubSub: 0,
  identity: 0,
};

export interface LocalEnvironmentOptions {
  readonly ports: Ports;
  readonly organisation?: SampleOrganisation;
  readonly log?: Log;
  /** The folder of the app, such as an unpacked package; defaults to this repository. */
  readonly appRoot?: string;
  /** Called before and after each invocation of a function. */
  readonly faults?: Pick<FunctionsHostOptions, "beforeInvocation" | "afterInvocation">;
}

/** The URLs and connection strings of all parts. */
export interface Addresses {
  readonly functions: string;
  readonly serviceBus: string;
  readonly cosmos: string;
  readonly phoneNetwork: string;
  readonly webPubSub: string;
  readonly identity: string;
}

const APP_ROOT = join(import.meta.dirname, "..");
/** Interval between two checks of `settled`, in milliseconds of real time. */
const CHECK_INTERVAL_MS = 5;
/** How many checks in a row must find no work in progress. */
const QUIET_CHECKS = 4;

const localSettingsSchema = z.object({ Values: z.record(z.string(), z.string()) });

/**
 * The app on this machine, with the twin in place of Azure, the SMS providers and the identity provider. Each part can
 * be stopped and started again; its data survives.
 */
export class LocalEnvironment {
  readonly clock = new TwinClock();
  readonly taskHub = new TaskHub({ clock: this.clock });
  readonly serviceBus = new ServiceBus({ clock: this.clock, queues: queueSettings() });
  readonly cosmos = new CosmosDb({ clock: this.clock });
  readonly eventGrid = new EventGrid({ clock: this.clock });
  readonly webPubSub = new WebPubSub({ clock: this.clock });
  readonly organisation: SampleOrganisation;
  readonly identity: IdentityProvider;
  readonly phoneNetwork: PhoneNetwork;
  readonly #options: LocalEnvironmentOptions;
  #host: FunctionsHost | undefined;
  /** The port of the previous host, which the next one reuses. */
  #functionsPort: number | undefined;
  #settings = sampleSettings();
  readonly #acsAccessKey = /accesskey=(.+)$/.exec(this.#settings.ACS_CONNECTION_STRING ?? "")?.[1] ?? "";

  private constructor(options: LocalEnvironmentOptions) {
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
   * Starts all parts, fills the database with the organisation and starts the app. The bundle must have been built.
   * @throws PortTakenError when a port is in use.
   * @throws Error when the app cannot start, or a channel's provider is not part of the twin.
   */
  static async start(options: LocalEnvironmentOptions): Promise<LocalEnvironment> {
    const environment = new LocalEnvironment(options);
    try {
      await environment.#start();
    } catch (error) {
      await environment.stop();
      throw error;
    }
    return environment;
  }

  get addresses(): Addresses {
    return {
      functions: this.host.url,
      serviceBus: this.serviceBus.connectionString,
      cosmos: this.cosmos.endpoint,
      phoneNetwork: this.phoneNetwork.url,
      webPubSub: this.webPubSub.url,
      identity: this.identity.url,
    };
  }

  /** The running host. @throws Error while it is stopped. */
  get host(): FunctionsHost {
    if (!this.#host) throw new Error("The functions host is not running.");
    return this.#host;
  }

  /** Ends the app like a crashed process; `startHost` starts it again on the same port. */
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

  /** Waits until no part has work in progress: no event, message, HTTP call or orchestration that is due now. */
  async settled(): Promise<void> {
    let quietChecks = 0;
    while (quietChecks < QUIET_CHECKS) {
      quietChecks = this.#isQuiet() ? quietChecks + 1 : 0;
      await setTimeout(CHECK_INTERVAL_MS);
    }
  }

  #isQuiet(): boolean {
    const hasMessages = Object.values(this.serviceBus.snapshot()).some(({ active, locked }) => active + locked > 0);
    const isIdle = [this.phoneNetwork, this.eventGrid, this.webPubSub].every((part) => part.isIdle());
    return isIdle && !hasMessages && (this.#host?.inFlight() ?? 0) === 0;
  }

  async stop(): Promise<void> {
    await this.stopHost();
    await Promise.all(
      [this.serviceBus, this.cosmos, this.eventGrid, this.phoneNetwork, this.webPubSub, this.identity].map((part) =>
        part.stop(),
      ),
    );
  }

  async #start(): Promise<void> {
    const { ports } = this.#options;
    await Promise.all([
      onPort("Service Bus", ports.serviceBus, (port) => this.serviceBus.start(port)),
      onPort("Cosmos DB", ports.cosmos, (port) => this.cosmos.start(port)),
      onPort("phone network", ports.phoneNetwork, (port) => this.phoneNetwork.start(port)),
      onPort("Web PubSub", ports.webPubSub, (port) => this.webPubSub.start(port)),
      onPort("identity", ports.identity, (port) => this.identity.start(port)),
    ]);
    this.eventGrid.start();
    this.#functionsPort = ports.functions === 0 ? await freePort() : ports.functions;
    this.#settings = { ...this.#settings, ...this.#addressSettings() };
    const containers = await createDatabase(this.cosmos.connectionString, this.#settings.COSMOS_DATABASE ?? "hilo");
    await seed(containers, this.organisation);
    this.#connectNumbers();
    this.#registerConsole();
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

  /** Lets the identity provider return people to the console. */
  #registerConsole(): void {
    for (const path of ["/console/", "/console/signed-out"]) this.identity.addRedirectUri(this.#publicUrl + path);
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
      WEB_PUBSUB_CONNECTION_STRING: this.webPubSub.connectionString,
      ACS_CONNECTION_STRING: acsConnectionString(this.phoneNetwork.url, { accessKey: this.#acsAccessKey }),
      AUTH_ISSUER: this.identity.issuer,
      AUTH_AUDIENCE: this.identity.audience,
      AUTH_JWKS_URL: this.identity.jwksUrl,
      AUTH_CONSOLE_CLIENT_ID: this.identity.clientId,
    };
  }
}

/** A port is in use, usually because `npm start` is already running. */
export class PortTakenError extends Error {
  override readonly name = "PortTakenError";
}

const onPort = async <T>(part: string, port: number, start: (port: number) => Promise<T>): Promise<T> => {
  try {
    return await start(port);
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== "EADDRINUSE") throw cause;
    throw new PortTakenError(`Port ${port} (${part}) is already in use.`, { cause });
  }
};

/** The settings of local.settings.sample.json. */
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
