/**
 * How the host and the thread that runs the app speak of one call of a function. The forms are those of the protocol
 * between the real host and its Node worker, so the unmodified `@azure/functions` accepts them.
 */

/** One value on its way into or out of a function: exactly one member is set; none means "no value". */
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

/** One binding of a function, as the app registered it. */
export interface Binding {
  readonly name: string;
  readonly type: string;
  readonly direction: "in" | "out";
  readonly [setting: string]: unknown;
}

/** A function that the app registered. */
export interface RegisteredFunction {
  readonly name: string;
  /** By binding name. */
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly retryOptions?: unknown;
}

/** What the app made of a call. */
export interface InvocationResult {
  readonly returnValue: TypedData | null | undefined;
  readonly outputData: readonly { readonly name: string; readonly data: TypedData }[];
}

/** Calls functions of the app. */
export interface Invoker {
  /** What the app registered, by function name in lower case. */
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  /**
   * Calls one function.
   * @param name - the function's name; case does not matter.
   * @param input - what the trigger hands over.
   * @param triggerMetadata - as the real host sends it: keys with an upper-case first letter, absent for HTTP and timer.
   * @throws what the function threw, with its message; a stopped or killed app throws `AppStoppedError`.
   */
  invoke(name: string, input: TypedData, triggerMetadata?: Record<string, TypedData>): Promise<InvocationResult>;
}

/** The app was stopped or killed while a call was under way. Whoever made the call must treat it as never answered. */
export class AppStoppedError extends Error {
  override readonly name = "AppStoppedError";
}
