/**
 * Types of one function invocation between the host and the thread that runs the app. They are those of the protocol
 * between the real host and its Node worker, so the unmodified `@azure/functions` accepts them.
 */

/** An input or output of a function: exactly one member is set, or none for no value. */
export interface TypedData {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  int?: number;
  double?: number;
  collectionString?: { string: string[] };
  http?: HttpData;
}

/** An HTTP request (in) or response (out). Header names are in lower case. */
export interface HttpData {
  method?: string;
  url?: string;
  statusCode?: string;
  headers?: Record<string, string>;
  nullableHeaders?: Record<string, { value: string }>;
  nullableQuery?: Record<string, { value: string }>;
  nullableParams?: Record<string, { value: string }>;
  cookies?: unknown[];
  body?: TypedData;
}

/** One binding of a function, as registered by the app. */
export interface Binding {
  readonly name: string;
  readonly type: string;
  readonly direction: "in" | "out";
  readonly [setting: string]: unknown;
}

/** A function, as registered by the app. */
export interface RegisteredFunction {
  readonly name: string;
  /** By binding name. */
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly retryOptions?: unknown;
}

/** The outputs of a successful invocation. */
export interface InvocationResult {
  readonly returnValue: TypedData | null | undefined;
  readonly outputData: readonly { readonly name: string; readonly data: TypedData }[];
}

/** Invokes functions of the app. */
export interface Invoker {
  /** The registered functions by name in lower case. */
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  /**
   * Invokes one function.
   * @param name - in any case.
   * @param input - the input from the trigger.
   * @param triggerMetadata - as the real host sends it: most keys with an upper-case first letter.
   * @throws the error of the function, or `AppStoppedError` when the app is stopped or killed.
   */
  invoke(name: string, input: TypedData, triggerMetadata?: Record<string, TypedData>): Promise<InvocationResult>;
}

/** The app was stopped or killed during an invocation. The trigger must behave as if there were no response. */
export class AppStoppedError extends Error {
  override readonly name = "AppStoppedError";
}
