import { assertNoReusedTasks } from "../durable/task-reuse.ts";
import type { InvocationResult, RegisteredFunction } from "../invocation.ts";
import type { AppLog, AppRegistry, FunctionCallback } from "./app-registry.ts";
import type { Invocation } from "./messages.ts";

/** The phase of an invocation. The library warns about log lines after the handler has returned. */
type InvocationPhase = "preInvocationHooks" | "invocation" | "postInvocationHooks" | undefined;

/** The context that `@azure/functions` expects for one invocation. */
const coreContext = (invocation: Invocation, metadata: RegisteredFunction, log: AppLog) => ({
  invocationId: invocation.invocationId,
  metadata,
  state: undefined as InvocationPhase,
  log,
  request: {
    invocationId: invocation.invocationId,
    functionId: metadata.name,
    inputData: invocation.inputData,
    triggerMetadata: invocation.triggerMetadata,
    traceContext: { traceParent: invocation.traceParent, traceState: "", attributes: {} },
  },
});

/**
 * Runs one invocation in the steps of the real worker: arguments, preInvocation hooks, handler, postInvocation hooks,
 * response. Hooks may change inputs, handler, result and error.
 * @throws the error of the handler or of a hook.
 */
export const runInvocation = async (
  registry: AppRegistry,
  invocation: Invocation,
  log: AppLog,
): Promise<InvocationResult> => {
  const entry = registry.find(invocation.functionName);
  if (!entry || !registry.model) throw new Error(`Function code for '${invocation.functionName}' is not loaded.`);
  const core = coreContext(invocation, entry.metadata, log);
  const model = await registry.model.getInvocationModel(core);
  const { context, inputs } = await model.getArguments();

  const during = async <T>(state: InvocationPhase, work: () => Promise<T>): Promise<T> => {
    core.state = state;
    try {
      return await work();
    } finally {
      core.state = undefined;
    }
  };
  const hookData = {};
  const before: { inputs: unknown[]; functionCallback: FunctionCallback } & Record<string, unknown> = {
    hookData,
    invocationContext: context,
    functionCallback: entry.callback,
    inputs,
  };
  await during("preInvocationHooks", () => registry.runHooks("preInvocation", before));

  const after: Record<string, unknown> = { hookData, invocationContext: context, inputs: before.inputs };
  after.result = null;
  after.error = null;
  try {
    after.result = await during("invocation", () =>
      model.invokeFunction(context, before.inputs, before.functionCallback),
    );
    assertNoReusedTasks(entry.metadata, after.result);
  } catch (error) {
    after.error = error ?? new Error(`Function '${invocation.functionName}' threw ${String(error)}.`);
  }
  await during("postInvocationHooks", () => registry.runHooks("postInvocation", after));
  if (after.error !== null && after.error !== undefined) throw after.error;

  const { returnValue, outputData } = await model.getResponse(context, after.result);
  return { returnValue, outputData: outputData ?? [] } as InvocationResult;
};
