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

/** Where tests step in: what is thrown makes the call fail; a promise delays it. */
export interface FaultPoints {
  /** Before the app gets the call. */
  beforeInvocation?(call: { readonly functionName: string }): void | Promise<void>;
  /** After the function has succeeded, before whoever made the call learns of it. */
  afterInvocation?(call: { readonly functionName: string }): void | Promise<void>;
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

/** The app: its functions, ready to be called. When it crashes it is started anew, as the real host does. */
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
   * @throws AppStartError when it cannot be loaded; Error when it needs what the twin does not have.
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

  /** How many calls are under way. */
  inFlight(): number {
    return this.#inFlight;
  }

  /** Resolves when no call is under way. */
  idle(): Promise<void> {
    return this.#inFlight === 0 ? Promise.resolve() : new Promise((resolve) => this.#onIdle.push(resolve));
  }

  async invoke(name: string, input: TypedData, triggerMetadata?: Record<string, TypedData>): Promise<InvocationResult> {
    const fn = this.functions.get(name.toLowerCase());
    if (!fn) throw new Error(`The app has no function "${name}".`);
    const call: Invocation = {
      invocationId: randomUUID(),
      functionName: fn.name,
      inputData: this.#inputData(fn, input),
      triggerMetadata,
      traceParent: traceParentFrom(input.http?.nullableHeaders?.traceparent?.value),
    };
    this.#inFlight++;
    try {
      return await this.#run(call);
    } catch (error) {
      if (!(error instanceof AppStoppedError)) this.#logFailure(call, error);
      throw error;
    } finally {
      this.#inFlight--;
      if (this.#inFlight === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
    }
  }

  /** Runs the appTerminate hooks and ends the app; calls under way end with `AppStoppedError`. */
  async terminate(): Promise<void> {
    this.#isStopped = true;
    const thread = await this.#thread.catch(() => undefined);
    await thread?.terminate();
  }

  /** Ends the app at once; calls under way end with `AppStoppedError`. */
  async kill(): Promise<void> {
    this.#isStopped = true;
    const thread = await this.#thread.catch(() => undefined);
    await thread?.kill();
  }

  async #run(call: Invocation): Promise<InvocationResult> {
    const { faults } = this.#options;
    const { functionName } = call;
    await faults.beforeInvocation?.({ functionName });
    const result = await (await this.#thread).invoke(call);
    await faults.afterInvocation?.({ functionName });
    if (this.#isStopped) throw new AppStoppedError("The app was stopped before the result of a call was used.");
    return result;
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
    report(`The app crashed and is started anew: ${cause.stack}`);
    this.#thread = AppThread.start(this.#options).then(({ thread }) => this.#restartOnCrash(thread));
    this.#thread.catch((error: Error) => report(`The app could not be started anew: ${error.message}`));
  }

  #logFailure({ functionName, invocationId }: Invocation, error: unknown): void {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const message = `Executed 'Functions.${functionName}' (Failed, Id=${invocationId}) ${reason}`;
    this.#options.log({ level: "error", source: "host", functionName, invocationId, message });
  }
}

/** A W3C `traceparent` for a new call: in the caller's trace when it sent one, else in a trace of its own. */
const traceParentFrom = (callers: string | undefined): string => {
  const [, callersTrace] = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(callers ?? "") ?? [];
  return `00-${callersTrace ?? randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-01`;
};
