/**
 * The thread that runs the app, in the role of the real host's Node worker: provides `@azure/functions-core`, loads the
 * app and invokes its functions.
 */
import module from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import type { LogLevel } from "../log.ts";
import { type AppLog, AppRegistry } from "./app-registry.ts";
import { provideCoreModule } from "./core-module.ts";
import { loadApp } from "./load-app.ts";
import {
  type AppThreadData,
  type Invocation,
  type MessageFromApp,
  type MessageToApp,
  toErrorData,
} from "./messages.ts";
import { runInvocation } from "./run-invocation.ts";
import { installTwinTime } from "./twin-time.ts";

// Most of a start is the compilation of the app, which is the same for every host.
module.enableCompileCache();

const { appRoot, clock } = workerData as AppThreadData;
const registry = new AppRegistry();
const appHookData = {};

const post = (message: MessageFromApp): void => parentPort?.postMessage(message);

const logOf =
  (invocation?: Invocation): AppLog =>
  (level: LogLevel, category: string, message: string) => {
    const source = category === "user" ? "app" : "host";
    const context = invocation && { functionName: invocation.functionName, invocationId: invocation.invocationId };
    post({ kind: "log", entry: { level, source, message, ...context } });
  };

const start = async (): Promise<void> => {
  installTwinTime(clock);
  provideCoreModule(registry, logOf());
  loadApp(appRoot);
  await registry.runHooks("appStart", { hookData: appHookData, functionAppDirectory: appRoot });
  const capabilities = await registry.model?.getCapabilities({});
  if (capabilities?.HttpUri) throw new Error("The twin does not support HTTP streams: remove `enableHttpStream`.");
  registry.lock();
  post({ kind: "started", functions: registry.functions });
};

const invoke = async (invocation: Invocation): Promise<void> => {
  const { invocationId } = invocation;
  try {
    post({ kind: "returned", invocationId, result: await runInvocation(registry, invocation, logOf(invocation)) });
  } catch (thrown) {
    post({ kind: "threw", invocationId, error: toErrorData(thrown) });
  }
};

const terminate = async (): Promise<void> => {
  try {
    await registry.runHooks("appTerminate", { hookData: appHookData });
  } catch (thrown) {
    logOf()("error", "system", `An appTerminate hook failed: ${toErrorData(thrown).message}`);
  }
  parentPort?.close();
  process.exit(0);
};

try {
  await start();
  parentPort?.on("message", (message: MessageToApp) => {
    void (message.kind === "invoke" ? invoke(message.invocation) : terminate());
  });
} catch (thrown) {
  post({ kind: "start-failed", error: toErrorData(thrown) });
}
