import { functionsTriggeredBy } from "../function-bindings.ts";
import { type AccessKeys, hasKey } from "../http/access-keys.ts";
import { type HostRequest, type HostResponse, jsonResponse, queryParameter } from "../http/http-messages.ts";
import { AppStoppedError, type Invoker, type TypedData } from "../invocation.ts";

/** An event of the Event Grid or the CloudEvents schema. */
type Event = Readonly<{ data?: unknown }>;

/**
 * The endpoint of Event Grid subscriptions, `POST /runtime/webhooks/EventGrid?functionName=F&code=KEY`, with the
 * responses of the real host's Event Grid extension.
 */
export class EventGridWebhook {
  readonly #invoker: Invoker;
  readonly #keys: AccessKeys;
  /** By function name in lower case; true for functions that receive all events of a delivery at once. */
  readonly #isBatched: ReadonlyMap<string, boolean>;

  constructor(options: { invoker: Invoker; keys: AccessKeys }) {
    this.#invoker = options.invoker;
    this.#keys = options.keys;
    this.#isBatched = new Map(
      functionsTriggeredBy(options.invoker.functions.values(), "eventGridTrigger").map(({ fn, trigger }) => [
        fn.name.toLowerCase(),
        trigger.cardinality === "many",
      ]),
    );
  }

  async handle(request: HostRequest): Promise<HostResponse> {
    if (!hasKey(request, "systemKey", this.#keys)) return { status: 401 };
    const functionName = queryParameter(request.url, "functionName")?.toLowerCase() ?? "";
    if (!this.#isBatched.has(functionName)) return { status: 404, body: `cannot find function: '${functionName}'` };
    if (request.method === "OPTIONS") return allowOrigin(request);
    if (request.method !== "POST") return { status: 404 };
    switch (request.headers["aeg-event-type"]?.toLowerCase()) {
      case "subscriptionvalidation":
        return validate(request);
      case "notification":
        return this.#deliver(functionName, request);
      case "unsubscribe":
        return { status: 202 };
      default:
        return { status: 400 };
    }
  }

  /** The events of one delivery run in parallel. If one of them fails, Event Grid sends all of them again. */
  async #deliver(functionName: string, request: HostRequest): Promise<HostResponse> {
    const events = parseEvents(request);
    if (!events) return { status: 400 };
    const calls = this.#isBatched.get(functionName)
      ? [this.#invoker.invoke(functionName, toCollection(events), metadata(events.map((event) => event.data)))]
      : events.map((event) => this.#invoker.invoke(functionName, toInput(event), metadata(event.data)));
    const outcomes = await Promise.allSettled(calls);
    const reasons = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    const stopped = reasons.find((reason) => reason instanceof AppStoppedError);
    if (stopped) throw stopped;
    return { status: reasons.length > 0 ? 500 : 202 };
  }
}

/** The handshake of the CloudEvents schema. Source: "HTTP 1.1 Web Hooks for Event Delivery", section 4. */
const allowOrigin = (request: HostRequest): HostResponse => {
  const origin = request.headers["webhook-request-origin"];
  if (origin === undefined) return { status: 400 };
  return { status: 200, headers: { "webhook-allowed-origin": origin } };
};

/** The handshake of the Event Grid schema: the response repeats the code. */
const validate = (request: HostRequest): HostResponse => {
  const [event] = parseEvents(request) ?? [];
  const data = event?.data;
  if (typeof data !== "object" || data === null || !("validationCode" in data)) return { status: 400 };
  return jsonResponse(200, { validationResponse: data.validationCode });
};

/** Parses an array of events or a single event; returns undefined for any other body. */
const parseEvents = (request: HostRequest): Event[] | undefined => {
  try {
    const parsed: unknown = JSON.parse(request.body.toString("utf8"));
    const events = Array.isArray(parsed) ? parsed : [parsed];
    return events.every((event) => typeof event === "object" && event !== null) ? events : undefined;
  } catch {
    return undefined;
  }
};

const asText = (event: Event): string => JSON.stringify(event, null, 2);

const toInput = (event: Event): TypedData => ({ string: asText(event) });

const toCollection = (events: readonly Event[]): TypedData => ({ collectionString: { string: events.map(asText) } });

const metadata = (data: unknown): Record<string, TypedData> => ({ data: { json: JSON.stringify(data ?? null) } });
