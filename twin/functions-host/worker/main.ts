/**
 * The thread that runs the app, as the real host's Node worker does: it supplies `@azure/functions-core`, loads the
 * app, and makes the calls that the host asks for.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { LogLevel } from "../log.ts";
import { type AppLog, AppRegistry } from "./app-registry.ts";
import { supplyCoreModule } from "./core-module.ts";
import { loadApp } from "./load-app.ts";
import {
  type AppThreadData,
  type Invocation,
  type MessageFromApp,
  type MessageToApp,
  toErrorData,
} from "./messages.ts";
import { runCall } from "./run-call.ts";
import { installTwinTime } from "./twin-time.ts";

const { appRoot, clock } = workerData as AppThreadData;
const registry = new AppRegistry();
const appHookData = {};

const post = (message: MessageFromApp): void => parentPort?.postMessage(message);

const logOf =
  (call?: Invocation): AppLog =>
  (level: LogLevel, category: string, message: string) => {
    const source = category === "user" ? "app" : "host";
    const { functionName, invocationId } = call ?? {};
    post({ kind: "log", entry: { level, source, message, ...(call && { functionName, invocationId }) } });
  };

const start = async (): Promise<void> => {
  installTwinTime(clock);
  supplyCoreModule(registry, logOf());
  loadApp(appRoot);
  await registry.runHooks("appStart", { hookData: appHookData, functionAppDirectory: appRoot });
  const capabilities = await registry.model?.getCapabilities({});
  if (capabilities?.HttpUri) throw new Error("The twin has no HTTP streaming: remove `enableHttpStream`.");
  registry.lock();
  post({ kind: "started", functions: registry.functions });
};

const invoke = async (call: Invocation): Promise<void> => {
  const { invocationId } = call;
  try {
    post({ kind: "returned", invocationId, result: await runCall(registry, call, logOf(call)) });
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
    void (message.kind === "invoke" ? invoke(message.call) : terminate());
  });
} catch (thrown) {
  post({ kind: "refused", error: toErrorData(thrown) });
}
