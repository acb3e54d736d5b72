import { EventType, type HistoryEvent, isoTime } from "./history.ts";
import type { Instance } from "./instance.ts";

/** The optional parts of a status response. */
export interface StatusDetails {
  readonly showInput: boolean;
  readonly showHistory: boolean;
  /** Includes inputs and results in the history. */
  readonly showHistoryOutput: boolean;
}

/** The status of an instance as the HTTP API returns it. Source: `StatusResponsePayload` of the extension. */
export const instanceStatus = (instance: Instance, details: StatusDetails): object => ({
  name: instance.name,
  instanceId: instance.instanceId,
  runtimeStatus: instance.status,
  input: details.showInput ? JSON.parse(instance.execution.input) : null,
  customStatus: instance.customStatus,
  output: instance.output,
  createdTime: secondsTime(instance.createdAt),
  lastUpdatedTime: secondsTime(instance.updatedAt),
  historyEvents: details.showHistory ? readableHistory(instance.execution.history, details.showHistoryOutput) : null,
});

/** Formats a time as `yyyy-MM-ddTHH:mm:ssZ`. */
const secondsTime = (time: number): string => `${isoTime(time).slice(0, "yyyy-MM-ddTHH:mm:ss".length)}Z`;

const eventNames = new Map<number, string>(Object.entries(EventType).map(([name, number]) => [number, name]));

const readableHistory = (history: readonly HistoryEvent[], showValues: boolean): object[] =>
  history
    .filter(({ EventType: type }) => type !== EventType.OrchestratorStarted && type !== EventType.OrchestratorCompleted)
    .map(({ IsPlayed: _, ...event }) => ({
      ...event,
      EventType: eventNames.get(event.EventType),
      ...(!showValues && { Input: undefined, Result: undefined }),
    }));
