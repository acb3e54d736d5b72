import type { ActionCounts, LogEntry } from "azure-twin/functions-host";
import { QUEUES } from "../infra/service-bus/queues.ts";

/*
 * What Log Analytics bills for the telemetry of a function app: the text of the columns of each row. The twin gives the
 * app's own lines and the number of invocations, messages and durable actions. The rows that the real host adds have the
 * columns of the tables AppTraces, AppRequests and AppDependencies, with values of the usual length.
 * Source: Azure Monitor, "Azure Monitor Logs cost calculations" (which columns count) and the reference of these tables.
 */

const GUID = "00000000-0000-0000-0000-000000000000";
const TRACE_ID = "0".repeat(32);
const SPAN_ID = "0".repeat(16);

/** The columns that every row has, without those that are not billed. */
const rowOf = (operation: string, columns: Readonly<Record<string, unknown>>): number =>
  sizeOf({
    TenantId: GUID,
    TimeGenerated: "2026-03-02T10:30:00.0000000Z",
    OperationName: operation,
    OperationId: TRACE_ID,
    ParentId: SPAN_ID,
    ClientType: "PC",
    ClientIP: "0.0.0.0",
    AppRoleName: "func-hilo-prod-0000000000000",
    AppRoleInstance: "0".repeat(64),
    ResourceGUID: GUID,
    IKey: GUID,
    SDKVersion: "azurefunctions: 4.1037.0.0",
    SourceSystem: "Azure",
    ItemCount: 1,
    ...columns,
  });

/** A value is billed as text, without the name of its column; the members of `Properties` are one JSON text. */
const sizeOf = (columns: Readonly<Record<string, unknown>>): number =>
  Object.values(columns)
    .map((value) => (typeof value === "object" ? JSON.stringify(value) : String(value)))
    .reduce((total, text) => total + Buffer.byteLength(text), 0);

/** One line of the log. */
const traceBytes = (functionName: string, message: string, properties: Readonly<Record<string, string>> = {}): number =>
  rowOf(functionName, {
    Message: message,
    SeverityLevel: 1,
    Properties: {
      InvocationId: GUID,
      HostInstanceId: GUID,
      ProcessId: "71",
      LogLevel: "Information",
      Category: `Function.${functionName}.User`,
      ...properties,
    },
  });

/** The request row of an invocation, and the two lines with which the host frames it. */
const invocationBytes = (functionName: string): number => {
  const request = rowOf(functionName, {
    Id: SPAN_ID,
    Name: functionName,
    Url: "",
    Success: true,
    ResultCode: "200",
    DurationMs: 12.3456,
    PerformanceBucket: "<250ms",
    Properties: {
      FullName: `Functions.${functionName}`,
      InvocationId: GUID,
      HostInstanceId: GUID,
      ProcessId: "71",
      TriggerReason: "(null)",
      FunctionExecutionTimeMs: "12.3456",
    },
  });
  const started = traceBytes(functionName, `Executing 'Functions.${functionName}' (Reason='(null)', Id=${GUID})`, {
    EventId: "1",
    EventName: "FunctionStarted",
    prop__functionName: `Functions.${functionName}`,
    prop__reason: "(null)",
    prop__invocationId: GUID,
    "prop__{OriginalFormat}": "Executing '{functionName}' (Reason='{reason}', Id={invocationId})",
  });
  const ended = traceBytes(
    functionName,
    `Executed 'Functions.${functionName}' (Succeeded, Id=${GUID}, Duration=12ms)`,
    {
      EventId: "2",
      EventName: "FunctionCompleted",
      prop__functionName: `Functions.${functionName}`,
      prop__status: "Succeeded",
      prop__invocationId: GUID,
      prop__executionDuration: "12",
      "prop__{OriginalFormat}":
        "Executed '{functionName}' ({status}, Id={invocationId}, Duration={executionDuration}ms)",
    },
  );
  return request + started + ended;
};

/** What the host adds for a Service Bus message: the line with its properties, and the completion. */
const messageBytes = (functionName: string): number => {
  const details = `Trigger Details: MessageId: ${GUID}, SequenceNumber: 100000, DeliveryCount: 1, EnqueuedTimeUtc: 2026-03-02T10:30:00.0000000+00:00, LockedUntilUtc: 2026-03-02T10:31:00.0000000+00:00, SessionId: ${TRACE_ID}`;
  return traceBytes(functionName, details) + dependencyBytes(functionName, "ServiceBusReceiver.Complete");
};

const dependencyBytes = (operation: string, name: string): number =>
  rowOf(operation, {
    Id: SPAN_ID,
    Name: name,
    Target: "sb-hilo-prod-0000000000000.servicebus.windows.net/outbound-sms",
    DependencyType: "Queue Message | Azure Service Bus",
    Data: "",
    Success: true,
    ResultCode: "0",
    DurationMs: 12.3456,
    PerformanceBucket: "<250ms",
    Properties: { "az.namespace": "Microsoft.ServiceBus", HostInstanceId: GUID },
  });

/** Spans of distributed tracing (version 2) for each kind of durable action: client and server, or one of both. */
const SPANS: Readonly<Record<keyof ActionCounts, number>> = {
  orchestrationsStarted: 2,
  activitiesScheduled: 2,
  timersCreated: 1,
  eventsRaised: 1,
};

/** What an app did, as the twin counts it. */
export interface Telemetry {
  /** The names of the functions, one for each invocation. */
  readonly invocations: readonly string[];
  /** The lines of the app itself. */
  readonly lines: readonly Pick<LogEntry, "functionName" | "message">[];
  readonly actions: ActionCounts;
}

/** Estimates the bytes that are billed for the telemetry. */
export const logBytesOf = ({ invocations, lines, actions }: Telemetry): number => {
  const spans = (Object.keys(SPANS) as (keyof ActionCounts)[]).map((kind) => actions[kind] * SPANS[kind]);
  return sum([
    ...invocations.map(invocationBytes),
    ...invocations.filter((name) => name in QUEUES).map(messageBytes),
    ...lines.map(({ functionName = "", message }) => traceBytes(functionName, message)),
    sum(spans) * dependencyBytes("routeWorkItem", "activity:advanceRouting"),
  ]);
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
