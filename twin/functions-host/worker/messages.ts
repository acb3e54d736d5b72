/** The messages between the host and the worker thread that runs the app. All of them survive a structured clone. */

import type { SharedOffset } from "../../clock.ts";
import type { InvocationResult, RegisteredFunction, TypedData } from "../invocation.ts";
import type { LogEntry } from "../log.ts";

/** The start parameters of the thread. */
export interface AppThreadData {
  /** The folder that holds the app's package.json. */
  readonly appRoot: string;
  /** The clock that the thread follows. */
  readonly clock: SharedOffset;
}

/** One execution of a function. */
export interface Invocation {
  readonly invocationId: string;
  /** The name with the case in which it was registered. */
  readonly functionName: string;
  readonly inputData: readonly { readonly name: string; readonly data: TypedData }[];
  readonly triggerMetadata: Readonly<Record<string, TypedData>> | undefined;
  /** W3C trace context: the `traceparent` of this invocation; empty without Application Insights. */
  readonly traceParent: string;
}

/** An error as a message. A structured clone of an `Error` would lose its name. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

export type MessageToApp =
  | { readonly kind: "invoke"; readonly invocation: Invocation }
  /** Run the appTerminate hooks and exit. */
  | { readonly kind: "terminate" };

export type MessageFromApp =
  | { readonly kind: "started"; readonly functions: readonly RegisteredFunction[] }
  /** The app failed to start; the thread exits. */
  | { readonly kind: "start-failed"; readonly error: ErrorData }
  | { readonly kind: "log"; readonly entry: LogEntry }
  | { readonly kind: "returned"; readonly invocationId: string; readonly result: InvocationResult }
  | { readonly kind: "threw"; readonly invocationId: string; readonly error: ErrorData };

/** @param thrown - any value, since JavaScript can throw more than errors. */
export const toErrorData = (thrown: unknown): ErrorData =>
  thrown instanceof Error
    ? { name: thrown.name, message: thrown.message, stack: thrown.stack }
    : { name: "Error", message: String(thrown), stack: undefined };

export const fromErrorData = (data: ErrorData): Error =>
  Object.assign(new Error(data.message), { name: data.name, stack: data.stack });
