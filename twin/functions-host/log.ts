/** The log levels of the real host. */
export type LogLevel = "trace" | "debug" | "information" | "warning" | "error" | "critical";

/** One line of the host's log. */
export interface LogEntry {
  readonly level: LogLevel;
  /** The origin: the app's `context.log`, the app's `console`, or the host and the libraries. */
  readonly source: "app" | "console" | "host";
  readonly message: string;
  /** Set for log lines of an invocation. */
  readonly functionName?: string;
  readonly invocationId?: string;
}

/** Receives log lines. Must not throw. */
export type Log = (entry: LogEntry) => void;
