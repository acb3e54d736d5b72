import type { TwinClock } from "../clock.ts";
import { App, type FaultPoints } from "./app.ts";
import type { AppSettings } from "./app-settings.ts";
import { waitAtMost } from "./delay.ts";
import { DurableEngine } from "./durable/durable-engine.ts";
import type { TaskHub } from "./durable/task-hub.ts";
import { EventGridWebhook } from "./event-grid/event-grid-webhook.ts";
import { readHostJson } from "./host-json.ts";
import type { AccessKeys } from "./http/access-keys.ts";
import { AdminApi } from "./http/admin-api.ts";
import { HostRouter } from "./http/host-router.ts";
import { HttpFunctions } from "./http/http-functions.ts";
import { HttpListener } from "./http/http-listener.ts";
import type { RegisteredFunction } from "./invocation.ts";
import type { Log } from "./log.ts";
import { ServiceBusTriggers } from "./service-bus/service-bus-triggers.ts";
import { TimerTriggers } from "./timer/timer-trigger.ts";

/** How long `stop` waits for work in progress, and then for the appTerminate hooks, in milliseconds. */
const GRACE_MS = 10_000;
/** How long a Service Bus connection may take to close, in milliseconds. The broker may be down. */
const DISCONNECT_MS = 1_000;

export interface FunctionsHostOptions extends AccessKeys, FaultPoints {
  /** The folder with host.json and package.json. */
  readonly appRoot: string;
  /** The app's environment variables, apart from WEBSITE_HOSTNAME. It inherits none of this process. */
  readonly settings: AppSettings;
  /** 0 stands for any free port. */
  readonly port: number;
  readonly clock: TwinClock;
  readonly log: Log;
  /** The state of durable functions. It survives the host: pass it to the next host, which continues the work. */
  readonly taskHub: TaskHub;
}

/** A running Azure Functions host with its app. */
export interface FunctionsHost {
  /** Without a trailing slash: `http://127.0.0.1:7071`. */
  readonly url: string;
  /** By name in lower case. */
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  /** The number of invocations, or of durable turns and activities if these are more, in progress. */
  inFlight(): number;
  /** Stops accepting work, finishes work in progress (at most ten seconds) and runs the appTerminate hooks. */
  stop(): Promise<void>;
  /** Stops immediately, like a crashed process. Requests in progress get no response, and messages in progress are not settled. */
  kill(): Promise<void>;
}

/**
 * Loads an app and runs its triggers like the real host and its Node worker.
 * @throws AppStartError when the app cannot be loaded.
 * @throws Error when host.json, a binding or a setting is invalid, or the port is in use (`code` EADDRINUSE).
 */
export const startFunctionsHost = async (options: FunctionsHostOptions): Promise<FunctionsHost> => {
  const { extensions } = readHostJson(options.appRoot);
  const { clock, settings, log } = options;
  const router = new HostRouter(settings, log);
  const listener = await HttpListener.listen(options.port, (request) => router.handle(request));
  let app: App | undefined;
  let engine: DurableEngine | undefined;
  try {
    const invoker = await App.start({
      appRoot: options.appRoot,
      env: { ...settings, WEBSITE_HOSTNAME: new URL(listener.url).host },
      clock: clock.shared,
      log,
      faults: options,
      inputFor: () => ({ string: engine?.clientBinding(listener.url) ?? "" }),
    });
    app = invoker;
    engine = new DurableEngine({
      taskHub: options.taskHub,
      invoker,
      clock,
      log: (level, message) => log({ level, source: "host", message }),
    });
    const eventGrid = new EventGridWebhook({ invoker, keys: options });
    const functions = new HttpFunctions({ invoker, routePrefix: extensions.http.routePrefix, keys: options });
    const timers = new TimerTriggers({ invoker, clock, settings });
    const { serviceBus } = extensions;
    const queues = await ServiceBusTriggers.create({ invoker, settings, serviceBus, clock, log });
    const admin = new AdminApi({ invoker, eventGrid, keys: options, log });

    router.open({ admin, durable: engine, eventGrid, functions });
    engine.start();
    timers.start();
    queues.start();
    return new RunningHost({ app: invoker, router, listener, engine, timers, queues, clock });
  } catch (error) {
    await Promise.all([app?.kill(), listener.destroy()]);
    throw error;
  }
};

interface HostParts {
  readonly app: App;
  readonly router: HostRouter;
  readonly listener: HttpListener;
  readonly engine: DurableEngine;
  readonly timers: TimerTriggers;
  readonly queues: ServiceBusTriggers;
  readonly clock: TwinClock;
}

class RunningHost implements FunctionsHost {
  readonly url: string;
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  readonly #parts: HostParts;

  constructor(parts: HostParts) {
    this.#parts = parts;
    this.url = parts.listener.url;
    this.functions = parts.app.functions;
  }

  inFlight(): number {
    return Math.max(this.#parts.app.inFlight(), this.#parts.engine.inFlight());
  }

  async stop(): Promise<void> {
    const { app, listener, queues, clock } = this.#parts;
    this.#stopTriggers();
    await waitAtMost(clock, GRACE_MS, Promise.allSettled([listener.close(), queues.stop(), app.idle()]));
    await waitAtMost(clock, GRACE_MS, app.terminate());
    await this.kill();
  }

  async kill(): Promise<void> {
    const { app, listener, queues, clock } = this.#parts;
    this.#stopTriggers();
    const disconnected = waitAtMost(clock, DISCONNECT_MS, queues.disconnect());
    await Promise.all([app.kill(), listener.destroy(), disconnected]);
  }

  #stopTriggers(): void {
    const { router: frontDoor, engine, timers } = this.#parts;
    frontDoor.close();
    timers.stop();
    engine.stop();
  }
}
