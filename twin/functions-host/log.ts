/** How much a log line matters, as the real host names it. */
export type LogLevel = "trace" | "debug" | "information" | "warning" | "error" | "critical";

/** One line of the host's log. */
export interface LogEntry {
  readonly level: LogLevel;
  /** Who speaks: the app through its context, the app through `console`, or the host and the library around the app. */
  readonly source: "app" | "console" | "host";
  readonly message: string;
  /** Set when the line belongs to one call of a function. */
  readonly functionName?: string;
  readonly invocationId?: string;
}

/** Where log lines go. It must not throw. */
export type Log = (entry: LogEntry) => void;
