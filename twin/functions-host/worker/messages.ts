/** What the host and the thread that runs the app send each other. Everything here survives a structured clone. */

import type { SharedOffset } from "../../clock.ts";
import type { InvocationResult, RegisteredFunction, TypedData } from "../invocation.ts";
import type { LogEntry } from "../log.ts";

/** What the thread is given when it starts. */
export interface AppThreadData {
  /** The folder that holds the app's package.json. */
  readonly appRoot: string;
  /** The clock that the thread follows. */
  readonly clock: SharedOffset;
}

/** One call of a function. */
export interface Invocation {
  readonly invocationId: string;
  /** The name as it was registered. */
  readonly functionName: string;
  readonly inputData: readonly { readonly name: string; readonly data: TypedData }[];
  readonly triggerMetadata: Readonly<Record<string, TypedData>> | undefined;
  /** W3C trace context: `traceparent` of this call. */
  readonly traceParent: string;
}

/** An error on its way between threads: a clone of an `Error` would lose its name. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

export type MessageToApp =
  | { readonly kind: "invoke"; readonly call: Invocation }
  /** Run the appTerminate hooks and end. */
  | { readonly kind: "terminate" };

export type MessageFromApp =
  | { readonly kind: "started"; readonly functions: readonly RegisteredFunction[] }
  /** The app cannot be started; the thread ends. */
  | { readonly kind: "refused"; readonly error: ErrorData }
  | { readonly kind: "log"; readonly entry: LogEntry }
  | { readonly kind: "returned"; readonly invocationId: string; readonly result: InvocationResult }
  | { readonly kind: "threw"; readonly invocationId: string; readonly error: ErrorData };

/** @param thrown - anything; JavaScript can throw what is not an `Error`. */
export const toErrorData = (thrown: unknown): ErrorData =>
  thrown instanceof Error
    ? { name: thrown.name, message: thrown.message, stack: thrown.stack }
    : { name: "Error", message: String(thrown), stack: undefined };

export const fromErrorData = (data: ErrorData): Error =>
  Object.assign(new Error(data.message), { name: data.name, stack: data.stack });
