import { assertNoReusedTasks } from "../durable/task-reuse.ts";
import type { InvocationResult, RegisteredFunction } from "../invocation.ts";
import type { AppLog, AppRegistry, FunctionCallback } from "./app-registry.ts";
import type { Invocation } from "./messages.ts";

/** Where a call stands; the library warns of log lines that come after the handler has returned. */
type CallState = "preInvocationHooks" | "invocation" | "postInvocationHooks" | undefined;

/** The one call as `@azure/functions` wants to see it. */
const coreContext = (call: Invocation, metadata: RegisteredFunction, log: AppLog) => ({
  invocationId: call.invocationId,
  metadata,
  state: undefined as CallState,
  log,
  request: {
    invocationId: call.invocationId,
    functionId: metadata.name,
    inputData: call.inputData,
    triggerMetadata: call.triggerMetadata,
    traceContext: { traceParent: call.traceParent, traceState: "", attributes: {} },
  },
});

/**
 * Makes one call in the steps of the real worker: arguments, preInvocation hooks, handler, postInvocation hooks,
 * response. Hooks may change inputs, handler, result and error.
 * @throws what the handler or a hook threw.
 */
export const runCall = async (registry: AppRegistry, call: Invocation, log: AppLog): Promise<InvocationResult> => {
  const entry = registry.find(call.functionName);
  if (!entry || !registry.model) throw new Error(`Function code for '${call.functionName}' is not loaded.`);
  const core = coreContext(call, entry.metadata, log);
  const model = await registry.model.getInvocationModel(core);
  const { context, inputs } = await model.getArguments();

  const during = async <T>(state: CallState, work: () => Promise<T>): Promise<T> => {
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
    after.error = error ?? new Error(`Function '${call.functionName}' threw ${String(error)}.`);
  }
  await during("postInvocationHooks", () => registry.runHooks("postInvocation", after));
  if (after.error !== null && after.error !== undefined) throw after.error;

  const { returnValue, outputData } = await model.getResponse(context, after.result);
  return { returnValue, outputData: outputData ?? [] } as InvocationResult;
};
