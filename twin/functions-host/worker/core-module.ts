import Module from "node:module";
import type { RegisteredFunction } from "../invocation.ts";
import type { AppLog, AppRegistry, FunctionCallback, ProgrammingModel } from "./app-registry.ts";

/** The versions of worker and host that the twin reproduces. */
const WORKER_VERSION = "3.10.1";
const HOST_VERSION = "4.1037.0";

class Disposable {
  readonly #onDispose: () => void;

  constructor(onDispose: () => void) {
    this.#onDispose = onDispose;
  }

  dispose(): void {
    this.#onDispose();
  }
}

/** The module `@azure/functions-core`, which exists only inside a worker of the Functions host. */
const coreModule = (registry: AppRegistry, log: AppLog) => ({
  version: WORKER_VERSION,
  hostVersion: HOST_VERSION,
  Disposable,
  log,
  registerFunction: (metadata: RegisteredFunction, callback: FunctionCallback) =>
    new Disposable(registry.registerFunction(metadata, callback)),
  registerHook: (name: string, callback: (context: object) => unknown) =>
    new Disposable(registry.registerHook(name, callback)),
  setProgrammingModel: (model: ProgrammingModel): void => {
    registry.model = model;
  },
  getProgrammingModel: (): ProgrammingModel | undefined => registry.model,
});

/** The function of Node's CommonJS loader behind every `require`. It is not part of the published types. */
interface ModuleLoader {
  _load(request: string, ...rest: unknown[]): unknown;
}

/** Makes `require("@azure/functions-core")` work in this thread. Must be called before the app is loaded. */
export const provideCoreModule = (registry: AppRegistry, log: AppLog): void => {
  const core = coreModule(registry, log);
  const loader = Module as unknown as ModuleLoader;
  const load = loader._load;
  loader._load = function (this: unknown, request, ...rest) {
    return request === "@azure/functions-core" ? core : load.call(this, request, ...rest);
  };
};
