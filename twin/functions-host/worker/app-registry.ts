import type { Binding, RegisteredFunction } from "../invocation.ts";
import type { LogLevel } from "../log.ts";

/** A handler, called with the trigger's input and the context. */
export type FunctionCallback = (...args: unknown[]) => unknown;

/** The one call of a function that the programming model is asked to make. */
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
 * Takes one log line.
 * @param category - `user` when the app speaks, `system` when the library around it does.
 */
export type AppLog = (level: LogLevel, category: string, message: string) => void;

const hookNames = ["appStart", "appTerminate", "preInvocation", "postInvocation"] as const;
export type HookName = (typeof hookNames)[number];
type HookCallback = (context: object) => unknown;

interface AppFunction {
  readonly metadata: RegisteredFunction;
  readonly callback: FunctionCallback;
}

/** `@azure/functions` tells its own faults from the app's by this mark. */
const systemError = (error: Error): Error => Object.assign(error, { isAzureFunctionsSystemError: true });

/** What the app registered: functions, hooks, and the programming model that knows how to call them. */
export class AppRegistry {
  model: ProgrammingModel | undefined;
  readonly #functions = new Map<string, AppFunction>();
  readonly #hooks = new Map<HookName, HookCallback[]>(hookNames.map((name) => [name, []]));
  #isLocked = false;

  get functions(): readonly RegisteredFunction[] {
    return [...this.#functions.values()].map((entry) => entry.metadata);
  }

  /** No function can be registered any more. */
  lock(): void {
    this.#isLocked = true;
  }

  find(name: string): AppFunction | undefined {
    return this.#functions.get(name.toLowerCase());
  }

  /** @throws Error when the app has started, or has a function of that name, whatever the case. */
  registerFunction(metadata: RegisteredFunction, callback: FunctionCallback): () => void {
    if (this.#isLocked) throw systemError(new Error("A function can only be registered during app startup."));
    const key = metadata.name.toLowerCase();
    if (this.#functions.has(key)) {
      throw systemError(new Error(`A function with the name "${metadata.name}" has already been registered.`));
    }
    this.#functions.set(key, { metadata: withPlainBindings(metadata), callback });
    return () => this.#functions.delete(key);
  }

  /** @throws RangeError for a hook that the twin does not run. */
  registerHook(name: string, callback: HookCallback): () => void {
    const callbacks = this.#hooks.get(name as HookName);
    if (!callbacks) throw systemError(new RangeError(`Unrecognized hook "${name}".`));
    callbacks.push(callback);
    return () => {
      const position = callbacks.indexOf(callback);
      if (position >= 0) callbacks.splice(position, 1);
    };
  }

  /** Runs the hooks of one name in the order of their registration. */
  async runHooks(name: HookName, context: object): Promise<void> {
    for (const callback of [...(this.#hooks.get(name) ?? [])]) await callback(context);
  }
}

/** Bindings as they reach the real host: JSON, each with its name. */
const withPlainBindings = (metadata: RegisteredFunction): RegisteredFunction => {
  const named = Object.entries(metadata.bindings).map(([name, binding]) => [name, { ...binding, name }]);
  const bindings: Record<string, Binding> = JSON.parse(JSON.stringify(Object.fromEntries(named)));
  return { name: metadata.name, bindings, retryOptions: metadata.retryOptions };
};
