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

/** The app failed to start. The message is that of the error in the app. */
class AppStartError extends Error {
  override readonly name = "AppStartError";
}

interface AppThreadOptions extends AppThreadData {
  /** All environment variables of the app; it inherits none of this process. */
  readonly env: Readonly<Record<string, string>>;
  readonly log: Log;
}

/** One run of the app in a worker thread, which can be killed at any instruction, like a process. */
export class AppThread {
  /** Resolves when the app crashed: it had an uncaught error, or called `process.exit`. */
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
      execArgv: ["--disable-warning=ExperimentalWarning"], // Node 22 warns about type stripping
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
   * Invokes one function.
   * @throws the error of the function, `AppStoppedError`, or the error that crashed the app.
   */
  invoke(invocation: Invocation): Promise<InvocationResult> {
    if (this.#isStopping) return Promise.reject(new AppStoppedError("The app has been stopped."));
    const pending = Promise.withResolvers<InvocationResult>();
    this.#pending.set(invocation.invocationId, pending);
    this.#post({ kind: "invoke", invocation });
    return pending.promise;
  }

  /** Runs the appTerminate hooks and stops the app. Resolves when the thread has exited. */
  async terminate(): Promise<void> {
    this.#isStopping = true;
    this.#post({ kind: "terminate" });
    await this.#exited;
    this.#failPending(new AppStoppedError("The app was stopped during the invocation."));
  }

  /** Stops the app immediately, whatever it is doing. */
  async kill(): Promise<void> {
    this.#isStopping = true;
    this.#failPending(new AppStoppedError("The app was killed during the invocation."));
    await this.#worker.terminate();
  }

  #load(): Promise<readonly RegisteredFunction[]> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => reject(new AppStartError(error.message, { cause: error }));
      this.#worker.on("message", (message: MessageFromApp) => {
        if (message.kind === "started") resolve(message.functions);
        else if (message.kind === "start-failed") fail(fromErrorData(message.error));
        else this.#receive(message);
      });
      this.#worker.once("error", fail);
      this.#worker.once("exit", (code) => fail(new Error(`The app exited with code ${code} while it was loading.`)));
    });
  }

  #receive(message: Exclude<MessageFromApp, { kind: "started" | "start-failed" }>): void {
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
    let cause = new Error("The app called process.exit.");
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
