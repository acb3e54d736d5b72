import { createRequire } from "node:module";
import { compileFunction } from "node:vm";
import type * as durableFunctions from "durable-functions";
import { build } from "esbuild";
import { assertNoReusedTasks } from "../durable/task-reuse.ts";
import {
  AppStoppedError,
  type InvocationResult,
  type Invoker,
  type RegisteredFunction,
  type TypedData,
} from "../invocation.ts";

export type DurableFunctions = typeof durableFunctions;

/** The part of the programming model of `@azure/functions` that an invocation uses. */
interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: unknown): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResult>;
}
interface ProgrammingModel {
  getInvocationModel(coreContext: unknown): InvocationModel;
}

type ModuleFunction = (module: { exports: object }, exports: object, require: (id: string) => unknown) => void;

/** Bundles the unmodified `durable-functions` with its `@azure/functions`. */
const bundle = async (): Promise<ModuleFunction> => {
  const { outputFiles } = await build({
    stdin: { contents: 'module.exports = require("durable-functions")', resolveDir: import.meta.dirname },
    bundle: true,
    format: "cjs",
    platform: "node",
    external: ["@azure/functions-core"],
    write: false,
  });
  return compileFunction(outputFiles[0]?.text ?? "", ["module", "exports", "require"]) as ModuleFunction;
};
let bundled: Promise<ModuleFunction> | undefined;

/**
 * An app in the thread of the test. It provides `@azure/functions-core` to a new copy of the libraries, lets a test
 * register its functions, and invokes them.
 */
export class InProcessApp implements Invoker {
  readonly functions = new Map<string, RegisteredFunction>();
  readonly #callbacks = new Map<string, unknown>();
  readonly #killed = Promise.withResolvers<never>();
  #model: ProgrammingModel | undefined;
  /** JSON text for `durableClient` input bindings. */
  clientBinding = "{}";
  /** The number of invocations by function name. */
  readonly calls = new Map<string, number>();

  static async load(register: (df: DurableFunctions) => void): Promise<InProcessApp> {
    bundled ??= bundle();
    const app = new InProcessApp();
    register(app.#evaluate(await bundled));
    return app;
  }

  private constructor() {
    this.#killed.promise.catch(() => undefined);
  }

  /** Makes all current and further invocations fail like those of a killed app. */
  kill(): void {
    this.#killed.reject(new AppStoppedError("killed"));
  }

  async invoke(name: string, input: TypedData, triggerMetadata?: Record<string, TypedData>): Promise<InvocationResult> {
    await Promise.race([this.#killed.promise, undefined]);
    return Promise.race([this.#killed.promise, this.#call(name, input, triggerMetadata)]);
  }

  async #call(name: string, input: TypedData, triggerMetadata = {}): Promise<InvocationResult> {
    const metadata = this.functions.get(name.toLowerCase());
    if (!metadata || !this.#model) throw new Error(`no function ${name}`);
    this.calls.set(metadata.name, (this.calls.get(metadata.name) ?? 0) + 1);
    const inputData = Object.values(metadata.bindings)
      .filter(({ direction }) => direction === "in")
      .map(({ name, type }) => ({ name, data: type === "durableClient" ? { string: this.clientBinding } : input }));
    const invocationId = crypto.randomUUID();
    const request = { invocationId, functionId: metadata.name, inputData, triggerMetadata };
    const model = this.#model.getInvocationModel({ invocationId, metadata, request, log: () => undefined });
    const { context, inputs } = await model.getArguments();
    const result = await model.invokeFunction(context, inputs, this.#callbacks.get(metadata.name));
    assertNoReusedTasks(metadata, result);
    return model.getResponse(context, result);
  }

  #evaluate(define: ModuleFunction): DurableFunctions {
    const coreModule = {
      version: "3.10.1",
      hostVersion: "4.1037.0",
      Disposable: class {},
      log: () => undefined,
      registerHook: () => ({}),
      setProgrammingModel: (model: ProgrammingModel) => {
        this.#model = model;
      },
      registerFunction: (metadata: RegisteredFunction, callback: unknown) => {
        this.functions.set(metadata.name.toLowerCase(), metadata);
        this.#callbacks.set(metadata.name, callback);
        return {};
      },
    };
    const nodeRequire = createRequire(import.meta.url);
    const require = (id: string): unknown => (id === "@azure/functions-core" ? coreModule : nodeRequire(id));
    const module = { exports: {} as DurableFunctions };
    define(module, module.exports, require);
    return module.exports;
  }
}
