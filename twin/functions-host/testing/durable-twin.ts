import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { DurableClient } from "durable-functions";
import { onTestFinished, vi } from "vitest";
import { TwinClock } from "../../clock.ts";
import { DurableEngine } from "../durable/durable-engine.ts";
import { hasEnded, type Instance } from "../durable/instance.ts";
import { TaskHub } from "../durable/task-hub.ts";
import { type DurableFunctions, InProcessApp } from "./in-process-app.ts";

type Register = (df: DurableFunctions) => void;

/** A task hub, an engine with its HTTP API on a free port, and an app whose client uses it. */
export class DurableTwin {
  readonly clock = new TwinClock();
  readonly taskHub = new TaskHub({ clock: this.clock });
  readonly logs: string[] = [];
  readonly #register: Register;
  #app: InProcessApp | undefined;
  #engine: DurableEngine | undefined;
  #client: DurableClient | undefined;
  #baseUrl = "";

  /** Starts an engine for the functions that `register` registers, until the end of the test. */
  static async start(register: Register): Promise<DurableTwin> {
    const twin = new DurableTwin(register);
    await twin.#listen();
    await twin.restart();
    return twin;
  }

  private constructor(register: Register) {
    this.#register = register;
  }

  get app(): InProcessApp {
    if (!this.#app) throw new Error("not started");
    return this.#app;
  }

  get engine(): DurableEngine {
    if (!this.#engine) throw new Error("not started");
    return this.#engine;
  }

  /** The client of a function with a durable client input. */
  get client(): DurableClient {
    if (!this.#client) throw new Error("not started");
    return this.#client;
  }

  /** The URL of the API, with a trailing slash. */
  get apiUrl(): string {
    return `${this.#baseUrl}/runtime/webhooks/durabletask/`;
  }

  /** Replaces the engine and the app; the new ones continue with the same task hub. */
  async restart(register = this.#register): Promise<void> {
    this.#engine?.stop();
    const app = await InProcessApp.load((df) => {
      register(df);
      const handler = (_: unknown, client: DurableClient): void => {
        this.#client = client;
      };
      df.app.client.generic("hand-out-client", { trigger: { type: "manualTrigger", name: "trigger" }, handler });
    });
    const { taskHub, clock } = this;
    const log = (level: string, message: string): unknown => this.logs.push(`${level}: ${message}`);
    this.#app = app;
    this.#engine = new DurableEngine({ taskHub, clock, log, invoker: app });
    app.clientBinding = this.#engine.clientBinding(this.#baseUrl);
    await app.invoke("hand-out-client", {});
    this.#engine.start();
  }

  /** Starts an orchestration and waits for its end. */
  async run(name: string, input?: unknown): Promise<Instance> {
    return this.end(await this.client.startNew(name, { input }));
  }

  /** Waits for the end of an instance. */
  async end(instanceId: string): Promise<Instance> {
    return this.until(instanceId, hasEnded);
  }

  /** Waits until an instance fulfils a condition. */
  async until(instanceId: string, holds: (instance: Instance) => boolean): Promise<Instance> {
    return vi.waitFor(
      () => {
        const instance = this.taskHub.find(instanceId);
        if (!instance || !holds(instance)) throw new Error(`${instanceId} is ${instance?.status}`);
        return instance;
      },
      { timeout: 10_000, interval: 2 },
    );
  }

  /** Waits until no turn and no activity is in progress. */
  async idle(): Promise<void> {
    await vi.waitUntil(() => this.engine.inFlight() === 0, { timeout: 10_000, interval: 2 });
  }

  async #listen(): Promise<void> {
    process.env.WEBSITE_HOSTNAME = "127.0.0.1"; // otherwise the client rewrites the URLs of the engine
    const server = createServer(async (request, response) => {
      const url = new URL(request.url ?? "", this.#baseUrl);
      const result = await this.engine.handle({ method: request.method ?? "", url, body: await text(request) });
      response.writeHead(result.status, { ...result.headers, connection: "close" }).end(result.body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.#baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    onTestFinished(() => {
      this.engine.stop();
      server.close();
    });
  }
}
