import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { Worker } from "node:worker_threads";
import { AppStoppedError, type InvocationResult, type RegisteredFunction } from "./invocation.ts";
import type { Log } from "./log.ts";
import {
  type AppThreadData,
  fromErrorData,
  type Invocation,
  type MessageFromApp,
  type MessageToApp,
} from "./worker/messages.ts";

/** The app could not be started; the message says why, in the app's own words where it threw. */
class AppStartError extends Error {
  override readonly name = "AppStartError";
}

interface AppThreadOptions extends AppThreadData {
  /** The environment of the app: it sees nothing of this process's own. */
  readonly env: Readonly<Record<string, string>>;
  readonly log: Log;
}

/** One life of the app in a thread of its own: it can be ended at any instruction, like a process. */
export class AppThread {
  /** Resolves when the thread has ended unasked: an error escaped the app, or the app called `process.exit`. */
  readonly crashed: Promise<Error>;
  readonly #worker: Worker;
  readonly #log: Log;
  readonly #pending = new Map<string, PromiseWithResolvers<InvocationResult>>();
  readonly #exited: Promise<void>;
  #isStopping = false;

  private constructor({ env, log, appRoot, clock }: AppThreadOptions) {
    const workerData: AppThreadData = { appRoot, clock };
    this.#log = log;
    this.#worker = new Worker(new URL("./worker/main.ts", import.meta.url), {
      workerData,
      env: { ...env },
      execArgv: ["--disable-warning=ExperimentalWarning"], // Node 22 warns of the type stripping that loads main.ts
      stdout: true,
      stderr: true,
    });
    this.#exited = new Promise((resolve) => this.#worker.once("exit", () => resolve()));
    this.crashed = new Promise((resolve) => this.#detectCrash(resolve));
    this.#forward(this.#worker.stdout, "information");
    this.#forward(this.#worker.stderr, "error");
  }

  /**
   * Starts the thread and loads the app.
   * @throws AppStartError
   */
  static async start(
    options: AppThreadOptions,
  ): Promise<{ thread: AppThread; functions: readonly RegisteredFunction[] }> {
    const thread = new AppThread(options);
    try {
      return { thread, functions: await thread.#load() };
    } catch (error) {
      await thread.kill();
      throw error;
    }
  }

  /**
   * Has the app make one call.
   * @throws what the function threw, or `AppStoppedError`, or the error that ended the thread.
   */
  invoke(call: Invocation): Promise<InvocationResult> {
    if (this.#isStopping) return Promise.reject(new AppStoppedError("The app has been stopped."));
    const pending = Promise.withResolvers<InvocationResult>();
    this.#pending.set(call.invocationId, pending);
    this.#post({ kind: "invoke", call });
    return pending.promise;
  }

  /** Has the app run its appTerminate hooks and end. Resolves when it has. */
  async terminate(): Promise<void> {
    this.#isStopping = true;
    this.#post({ kind: "terminate" });
    await this.#exited;
    this.#failPending(new AppStoppedError("The app was stopped while a call was under way."));
  }

  /** Ends the app wherever it is. */
  async kill(): Promise<void> {
    this.#isStopping = true;
    this.#failPending(new AppStoppedError("The app was killed while a call was under way."));
    await this.#worker.terminate();
  }

  #load(): Promise<readonly RegisteredFunction[]> {
    return new Promise((resolve, reject) => {
      const refuse = (error: Error): void => reject(new AppStartError(error.message, { cause: error }));
      this.#worker.on("message", (message: MessageFromApp) => {
        if (message.kind === "started") resolve(message.functions);
        else if (message.kind === "refused") refuse(fromErrorData(message.error));
        else this.#receive(message);
      });
      this.#worker.once("error", refuse);
      this.#worker.once("exit", (code) => refuse(new Error(`The app ended with code ${code} while it was loaded.`)));
    });
  }

  #receive(message: Exclude<MessageFromApp, { kind: "started" | "refused" }>): void {
    if (message.kind === "log") {
      this.#log(message.entry);
      return;
    }
    const pending = this.#pending.get(message.invocationId);
    this.#pending.delete(message.invocationId);
    if (message.kind === "returned") pending?.resolve(message.result);
    else pending?.reject(fromErrorData(message.error));
  }

  #detectCrash(report: (cause: Error) => void): void {
    let cause = new Error("The app ended by itself.");
    this.#worker.once("error", (error: Error) => {
      cause = error;
    });
    this.#worker.once("exit", () => {
      if (this.#isStopping) return;
      this.#isStopping = true;
      this.#failPending(new Error(`The app crashed: ${cause.message}`, { cause }));
      report(cause);
    });
  }

  #failPending(error: Error): void {
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }

  #post(message: MessageToApp): void {
    this.#worker.postMessage(message);
  }

  #forward(stream: Readable, level: "information" | "error"): void {
    createInterface({ input: stream }).on("line", (message) => this.#log({ level, source: "console", message }));
  }
}
