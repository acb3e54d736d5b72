import { AppStoppedError, type Invoker, type TypedData } from "../invocation.ts";
import { type EventBody, EventType } from "./history.ts";
import type { OpenActivity } from "./instance.ts";

/**
 * Runs an activity once.
 * @returns the history event with the result or the failure.
 * @throws AppStoppedError when the app is stopped during the activity: there is no outcome.
 */
export const callActivity = async (
  invoker: Invoker,
  instanceId: string,
  { id, call }: OpenActivity,
): Promise<EventBody> => {
  const input = activityInput(call.input);
  try {
    const metadata = { instanceId: { string: instanceId }, data: input };
    const { returnValue } = await invoker.invoke(call.functionName, input, metadata);
    return { EventType: EventType.TaskCompleted, TaskScheduledId: id, Result: resultJson(returnValue) };
  } catch (error) {
    if (error instanceof AppStoppedError) throw error;
    const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
    const Reason = `Activity function '${call.functionName}' failed: ${message}`;
    return { EventType: EventType.TaskFailed, TaskScheduledId: id, Reason, Details: stack };
  }
};

/**
 * Converts an input as the activity trigger does: always to text, formatted by .NET. So `true` becomes "True", which is
 * not JSON and stays a string; strings are already JSON; null and undefined become no value.
 */
const activityInput = (input: unknown): TypedData => {
  if (input === undefined || input === null) return {};
  if (typeof input === "boolean") return { string: input ? "True" : "False" };
  return { string: typeof input === "string" ? input : JSON.stringify(input) };
};

/** The activity's return value as JSON text. */
const resultJson = (value: TypedData | null | undefined): string => {
  if (value?.json !== undefined) return value.json;
  if (value?.bytes !== undefined) return JSON.stringify(Buffer.from(value.bytes).toString("base64"));
  return JSON.stringify(value?.string ?? value?.int ?? value?.double ?? null);
};
