/**
 * The history of an orchestration in the form that `durable-functions` reads. Names and numbers are those of
 * DurableTask.Core (`EventType`, `HistoryEvent`).
 */

/** The event types that the twin records, with their numbers on the wire. */
export const EventType = {
  ExecutionStarted: 0,
  ExecutionCompleted: 1,
  ExecutionTerminated: 3,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  SubOrchestrationInstanceCreated: 7,
  SubOrchestrationInstanceCompleted: 8,
  SubOrchestrationInstanceFailed: 9,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventRaised: 15,
} as const;

type Of<Name extends keyof typeof EventType> = { readonly EventType: (typeof EventType)[Name] };
/** `EventId` is the id of the task that the event opens. */
type Opens = { readonly EventId: number };
type Completes = { readonly TaskScheduledId: number };
type Failure = { readonly Reason: string; readonly Details: string };

/** The members that depend on the event type. `Input` and `Result` are JSON text. */
export type EventBody =
  | (Of<"ExecutionStarted"> & { readonly Name: string; readonly Input: string; readonly Version: string | undefined })
  | (Of<"ExecutionCompleted"> & { readonly OrchestrationStatus: string; readonly Result: string })
  | (Of<"ExecutionTerminated"> & { readonly Input: string })
  | (Of<"TaskScheduled"> & Opens & { readonly Name: string })
  | (Of<"TaskCompleted"> & Completes & { readonly Result: string })
  | (Of<"TaskFailed"> & Completes & Failure)
  | (Of<"SubOrchestrationInstanceCreated"> & Opens & { readonly Name: string; readonly InstanceId: string })
  | (Of<"SubOrchestrationInstanceCompleted"> & Completes & { readonly Result: string })
  | (Of<"SubOrchestrationInstanceFailed"> & Completes & Failure)
  | (Of<"TimerCreated"> & Opens & { readonly FireAt: string })
  | (Of<"TimerFired"> & { readonly TimerId: number; readonly FireAt: string })
  | Of<"OrchestratorStarted">
  | Of<"OrchestratorCompleted">
  | (Of<"EventRaised"> & { readonly Name: string; readonly Input: string });

/** An immutable event of a history. */
export type HistoryEvent = EventBody & {
  /** -1 unless the event opens a task. */
  readonly EventId: number;
  /** False when the orchestrator sees the event for the first time. */
  readonly IsPlayed: boolean;
  /** ISO 8601, UTC. */
  readonly Timestamp: string;
};

/**
 * Formats a time as ISO 8601 in UTC. Fractions of a millisecond are rounded up: if a turn were dated before the timer that
 * starts it, the orchestrator would keep waiting.
 * @param time - milliseconds since the Unix epoch.
 */
export const isoTime = (time: number): string => new Date(Math.ceil(time)).toISOString();

/** Creates an event that is not played yet. */
export const historyEvent = (now: number, body: EventBody): HistoryEvent => ({
  EventId: -1,
  IsPlayed: false,
  Timestamp: isoTime(now),
  ...body,
});

/** Marks events as played. */
export const played = (events: readonly HistoryEvent[]): HistoryEvent[] =>
  events.map((event) => ({ ...event, IsPlayed: true }));

/** The id of the task that the event completes; `undefined` for other events. */
export const completedTaskId = (event: HistoryEvent): number | undefined => {
  if ("TaskScheduledId" in event) return event.TaskScheduledId;
  return "TimerId" in event ? event.TimerId : undefined;
};

/** Whether the event reports the failure of an activity or sub-orchestration. */
export const isFailure = (event: HistoryEvent): boolean =>
  event.EventType === EventType.TaskFailed || event.EventType === EventType.SubOrchestrationInstanceFailed;
