import type { Binding, RegisteredFunction } from "../invocation.ts";
import type { LogLevel } from "../log.ts";

/** A handler. Its parameters are the trigger's input and the context. */
export type FunctionCallback = (...args: unknown[]) => unknown;

/** One invocation, as the programming model executes it. */
interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<{ returnValue?: unknown; outputData?: unknown }>;
}

/** What `@azure/functions` hands over with its first registration. */
export interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getInvocationModel(context: unknown): InvocationModel | Promise<InvocationModel>;
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
}

/**
 * Writes one log line.
 * @param category - `user` for lines of the app, `system` for lines of the library.
 */
export type AppLog = (level: LogLevel, category: string, message: string) => void;

const hookNames = ["appStart", "appTerminate", "preInvocation", "postInvocation"] as const;
export type HookName = (typeof hookNames)[number];
type HookCallback = (context: object) => unknown;

interface AppFunction {
  readonly metadata: RegisteredFunction;
  readonly callback: FunctionCallback;
}

/** Marks an error of the host, which `@azure/functions` distinguishes from errors of the app. */
const systemError = (error: Error): Error => Object.assign(error, { isAzureFunctionsSystemError: true });

/** The functions and hooks that the app registered, and the programming model that runs them. */
export class AppRegistry {
  model: ProgrammingModel | undefined;
  readonly #functions = new Map<string, AppFunction>();
  readonly #hooks = new Map<HookName, HookCallback[]>(hookNames.map((name) => [name, []]));
  #isLocked = false;

  get functions(): readonly RegisteredFunction[] {
    return [...this.#functions.values()].map((entry) => entry.metadata);
  }

  /** Ends the registration of functions. */
  lock(): void {
    this.#isLocked = true;
  }

  find(name: string): AppFunction | undefined {
    return this.#functions.get(name.toLowerCase());
  }

  /** @throws Error when the app has started, or a function has the same name in any case. */
  registerFunction(metadata: RegisteredFunction, callback: FunctionCallback): () => void {
    if (this.#isLocked) throw systemError(new Error("A function can only be registered during app startup."));
    const key = metadata.name.toLowerCase();
    if (this.#functions.has(key)) {
      throw systemError(new Error(`A function with the name "${metadata.name}" has already been registered.`));
    }
    this.#functions.set(key, { metadata: withPlainBindings(metadata), callback });
    return () => this.#functions.delete(key);
  }

  /** @throws RangeError for an unknown hook. */
  registerHook(name: string, callback: HookCallback): () => void {
    const callbacks = this.#hooks.get(name as HookName);
    if (!callbacks) throw systemError(new RangeError(`Unrecognized hook "${name}".`));
    callbacks.push(callback);
    return () => {
      const position = callbacks.indexOf(callback);
      if (position >= 0) callbacks.splice(position, 1);
    };
  }

  /** Runs the hooks with this name in the order of registration. */
  async runHooks(name: HookName, context: object): Promise<void> {
    for (const callback of [...(this.#hooks.get(name) ?? [])]) await callback(context);
  }
}

/** Bindings in the form that reaches the real host: JSON objects that contain their name. */
const withPlainBindings = (metadata: RegisteredFunction): RegisteredFunction => {
  const named = Object.entries(metadata.bindings).map(([name, binding]) => [name, { ...binding, name }]);
  const bindings: Record<string, Binding> = JSON.parse(JSON.stringify(Object.fromEntries(named)));
  return { name: metadata.name, bindings, retryOptions: metadata.retryOptions };
};
