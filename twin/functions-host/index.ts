export type { FaultPoints } from "./app.ts";
export { hasEnded } from "./durable/instance.ts";
export { type ActionCounts, TaskHub } from "./durable/task-hub.ts";
export { type FunctionsHost, type FunctionsHostOptions, startFunctionsHost } from "./functions-host.ts";
export type { Log, LogEntry } from "./log.ts";
