/**
 * The history of an orchestration, as it travels to the orchestrator: the event forms that `durable-functions` reads.
 * Names and numbers are those of DurableTask.Core (`EventType`, `HistoryEvent`).
 */

/** The kinds of events that the local host records, by their number on the wire. */
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

/** What makes an event one of its kind. `Input`, `Result`: JSON text. */
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

/** An event of a history. Immutable: once recorded it is only ever read. */
export type HistoryEvent = EventBody & {
  /** -1 unless the event opens a task. */
  readonly EventId: number;
  /** False while the orchestrator sees the event for the first time. */
  readonly IsPlayed: boolean;
  /** ISO 8601, UTC. */
  readonly Timestamp: string;
};

/**
 * ISO 8601 in UTC, to the millisecond and never early: a turn that a timer wakes must not lie before the timer's time,
 * or the orchestrator would wait for the rest.
 * @param time - milliseconds since the Unix epoch; fractions are rounded up.
 */
export const isoTime = (time: number): string => new Date(Math.ceil(time)).toISOString();

/** A new event, not yet played. */
export const historyEvent = (now: number, body: EventBody): HistoryEvent => ({
  EventId: -1,
  IsPlayed: false,
  Timestamp: isoTime(now),
  ...body,
});

/** The same events for an orchestrator that has seen them. */
export const played = (events: readonly HistoryEvent[]): HistoryEvent[] =>
  events.map((event) => ({ ...event, IsPlayed: true }));

/** The id of the task that the event answers, or `undefined` when it answers none. */
export const completedTaskId = (event: HistoryEvent): number | undefined => {
  if ("TaskScheduledId" in event) return event.TaskScheduledId;
  return "TimerId" in event ? event.TimerId : undefined;
};

/** Whether the event is the failure of an activity or of a sub-orchestration. */
export const isFailure = (event: HistoryEvent): boolean =>
  event.EventType === EventType.TaskFailed || event.EventType === EventType.SubOrchestrationInstanceFailed;
