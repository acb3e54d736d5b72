/** An event in the Event Grid event schema. */
export interface EventGridEvent {
  readonly id: string;
  readonly topic: string;
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly eventType: string;
  readonly dataVersion: string;
  readonly metadataVersion: "1";
  /** ISO 8601, UTC. */
  readonly eventTime: string;
}

/** Converts an event to CloudEvents 1.0. Source: Event Grid, mapping of the Event Grid schema to CloudEvents. */
export const toCloudEvent = (event: EventGridEvent) => ({
  id: event.id,
  source: event.topic,
  subject: event.subject,
  type: event.eventType,
  time: event.eventTime,
  specversion: "1.0" as const,
  data: event.data,
});

/** Converts the keys of an event's data to PascalCase, as the service wrote them until 2022. */
export const withPascalCaseData = (event: EventGridEvent): EventGridEvent => ({
  ...event,
  data: Object.fromEntries(Object.entries(event.data).map(([key, value]) => [capitalized(key), inPascalCase(value)])),
});

const inPascalCase = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inPascalCase);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [capitalized(key), inPascalCase(inner)]));
};

const capitalized = (key: string): string => key.charAt(0).toUpperCase() + key.slice(1);
