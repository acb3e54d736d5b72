import { randomBytes, randomUUID } from "node:crypto";
import type { SharedOffset } from "../clock.ts";
import { AppThread } from "./app-thread.ts";
import { requireSupported, triggerOf } from "./function-bindings.ts";
import {
  AppStoppedError,
  type Binding,
  type InvocationResult,
  type Invoker,
  type RegisteredFunction,
  type TypedData,
} from "./invocation.ts";
import type { Log } from "./log.ts";
import type { Invocation } from "./worker/messages.ts";

/** Hooks for tests. An error makes the invocation fail; a promise delays it. */
export interface FaultPoints {
  /** Runs before the app receives the invocation. */
  beforeInvocation?(invocation: { readonly functionName: string }): void | Promise<void>;
  /** Runs after the function has succeeded, before the trigger receives the result. */
  afterInvocation?(invocation: { readonly functionName: string }): void | Promise<void>;
}

export interface AppOptions {
  readonly appRoot: string;
  readonly env: Readonly<Record<string, string>>;
  readonly clock: SharedOffset;
  readonly log: Log;
  readonly faults: FaultPoints;
  /** The value of an input binding that is not the trigger. */
  readonly inputFor: (binding: Binding) => TypedData;
}

/** The running app. After a crash it is restarted, as on the real host. */
export class App implements Invoker {
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  readonly #options: AppOptions;
  #thread: Promise<AppThread>;
  #inFlight = 0;
  #isStopped = false;
  #onIdle: (() => void)[] = [];

  private constructor(options: AppOptions, thread: AppThread, functions: readonly RegisteredFunction[]) {
    this.#options = options;
    this.#thread = Promise.resolve(this.#restartOnCrash(thread));
    this.functions = new Map(functions.map((fn) => [fn.name.toLowerCase(), fn]));
  }

  /**
   * Loads the app.
   * @throws AppStartError when it cannot be loaded; Error when it uses a feature that the twin does not support.
   */
  static async start(options: AppOptions): Promise<App> {
    const { thread, functions } = await AppThread.start(options);
    try {
      functions.forEach(requireSupported);
    } catch (error) {
      await thread.kill();
      throw error;
    }
    return new App(options, thread, functions);
  }

  /** The number of invocations in progress. */
  inFlight(): number {
    return this.#inFlight;
  }

  /** Resolves when no invocation is in progress. */
  idle(): Promise<void> {
    return this.#inFlight === 0 ? Promise.resolve() : new Promise((resolve) => this.#onIdle.push(resolve));
  }

  async invoke(name: string, input: TypedData, triggerMetadata?: Record<string, TypedData>): Promise<InvocationResult> {
    const fn = this.functions.get(name.toLowerCase());
    if (!fn) throw new Error(`The app has no function "${name}".`);
    const invocation: Invocation = {
      invocationId: randomUUID(),
      functionName: fn.name,
      inputData: this.#inputData(fn, input),
      triggerMetadata,
      traceParent: this.#traceParent(input),
    };
    this.#inFlight++;
    try {
      return await this.#run(invocation);
    } catch (error) {
      if (!(error instanceof AppStoppedError)) this.#logFailure(invocation, error);
      throw error;
    } finally {
      this.#inFlight--;
      if (this.#inFlight === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
    }
  }

  /** Runs the appTerminate hooks and stops the app. Pending invocations fail with `AppStoppedError`. */
  async terminate(): Promise<void> {
    this.#isStopped = true;
    const thread = await this.#thread.catch(() => undefined);
    await thread?.terminate();
  }

  /** Stops the app immediately. Pending invocations fail with `AppStoppedError`. */
  async kill(): Promise<void> {
    this.#isStopped = true;
    const thread = await this.#thread.catch(() => undefined);
    await thread?.kill();
  }

  async #run(invocation: Invocation): Promise<InvocationResult> {
    const { faults } = this.#options;
    const { functionName } = invocation;
    await faults.beforeInvocation?.({ functionName });
    const result = await (await this.#thread).invoke(invocation);
    await faults.afterInvocation?.({ functionName });
    if (this.#isStopped) throw new AppStoppedError("The app was stopped before the result of the invocation was used.");
    return result;
  }

  /** Without Application Insights the host traces nothing. */
  #traceParent({ http }: TypedData): string {
    const { APPLICATIONINSIGHTS_CONNECTION_STRING: insights } = this.#options.env;
    return insights ? traceParentFrom(http?.nullableHeaders?.traceparent?.value) : "";
  }

  #inputData(fn: RegisteredFunction, input: TypedData): Invocation["inputData"] {
    const trigger = triggerOf(fn);
    return Object.values(fn.bindings)
      .filter((binding) => binding.direction === "in")
      .map((binding) => ({
        name: binding.name,
        data: binding.name === trigger.name ? input : this.#options.inputFor(binding),
      }));
  }

  #restartOnCrash(thread: AppThread): AppThread {
    void thread.crashed.then((cause) => this.#restart(cause));
    return thread;
  }

  #restart(cause: Error): void {
    const report = (message: string) => this.#options.log({ level: "critical", source: "host", message });
    report(`The app crashed and is being restarted: ${cause.stack}`);
    this.#thread = AppThread.start(this.#options).then(({ thread }) => this.#restartOnCrash(thread));
    this.#thread.catch((error: Error) => report(`The app could not be restarted: ${error.message}`));
  }

  #logFailure({ functionName, invocationId }: Invocation, error: unknown): void {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const message = `Executed 'Functions.${functionName}' (Failed, Id=${invocationId}) ${reason}`;
    this.#options.log({ level: "error", source: "host", functionName, invocationId, message });
  }
}

/** A new W3C `traceparent`: in the caller's trace if there is one, otherwise in a new trace. */
const traceParentFrom = (callers: string | undefined): string => {
  const [, callersTrace] = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(callers ?? "") ?? [];
  return `00-${callersTrace ?? randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-01`;
};
