import * as z from "zod";
import { parseWithDates } from "../dotnet-date.ts";
import { functionsTriggeredBy } from "../function-bindings.ts";
import { type AccessKeys, hasKey } from "../http/access-keys.ts";
import { type HostRequest, type HostResponse, queryParameter, textResponse } from "../http/http-messages.ts";
import { AppStoppedError, type Invoker, type TypedData } from "../invocation.ts";

/** An event of the Event Grid or the CloudEvents schema. */
type Event = Readonly<{ data?: unknown }>;

/** The origins of Event Grid in Azure's clouds; the first one is allowed in place of any other origin. */
const EVENT_GRID_ORIGINS = [
  "eventgrid.azure.net",
  "eventgrid.azure.us",
  "eventgrid.azure.cn",
  "eventgrid.azure.eaglex.ic.gov",
  "eventgrid.azure.microsoft.scloud",
];

/**
 * The endpoint of Event Grid subscriptions, `POST /runtime/webhooks/EventGrid?functionName=F&code=KEY`, with the
 * responses of the real host's Event Grid extension. Source: `HttpRequestProcessor` of the extension, 3.4.4. Since 3.4.3
 * (September 2024) the extension passes texts on unchanged; older versions rewrote those that are a date and time.
 */
export class EventGridWebhook {
  readonly #invoker: Invoker;
  readonly #keys: AccessKeys;
  /** By function name; true for functions that receive all events of a delivery at once. */
  readonly #isBatched: ReadonlyMap<string, boolean>;

  constructor(options: { invoker: Invoker; keys: AccessKeys }) {
    this.#invoker = options.invoker;
    this.#keys = options.keys;
    this.#isBatched = new Map(
      functionsTriggeredBy(options.invoker.functions.values(), "eventGridTrigger").map(({ fn, trigger }) => [
        fn.name,
        trigger.cardinality === "many",
      ]),
    );
  }

  /** @throws Error for a body that is not the expected JSON, to which the host responds with 500. */
  async handle(request: HostRequest): Promise<HostResponse> {
    if (!hasKey(request, "systemKey", this.#keys)) return { status: 401 };
    const functionName = queryParameter(request.url, "functionName") ?? "";
    if (!this.#isBatched.has(functionName)) return textResponse(404, `cannot find function: '${functionName}'`);
    if (request.method === "OPTIONS") return allowOrigin(request);
    switch (request.headers["aeg-event-type"]?.toLowerCase()) {
      case "subscriptionvalidation":
        return validate(request);
      case "notification":
        return this.#deliver(functionName, parseEvents(request));
      case "unsubscribe":
        return { status: 202 };
      default:
        return { status: 400 };
    }
  }

  /**
   * Invokes a function with an event that is not delivered by Event Grid.
   * @param text - the event as JSON. The extension rewrites dates in it, unlike those in a delivery.
   * @throws SyntaxError when the text is not JSON; the error of the function.
   */
  async invoke(functionName: string, text: string): Promise<void> {
    if (this.#isBatched.get(functionName)) throw new Error(`The function "${functionName}" receives several events.`);
    const event = parseWithDates(text);
    if (!isEvent(event)) throw new Error("The input is not an event.");
    await this.#invoker.invoke(functionName, toInput(event), metadata(event.data));
  }

  /** The events of one delivery run in parallel. If one of them fails, Event Grid sends all of them again. */
  async #deliver(functionName: string, events: readonly Event[]): Promise<HostResponse> {
    const calls = this.#isBatched.get(functionName)
      ? [this.#invoker.invoke(functionName, toCollection(events), metadata(events.map((event) => event.data)))]
      : events.map((event) => this.#invoker.invoke(functionName, toInput(event), metadata(event.data)));
    const outcomes = await Promise.allSettled(calls);
    const reasons = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    const stopped = reasons.find((reason) => reason instanceof AppStoppedError);
    if (stopped) throw stopped;
    return reasons.length > 0
      ? textResponse(500, `Exception while executing function: Functions.${functionName}`)
      : { status: 202 };
  }
}

/** The handshake of the CloudEvents schema. Source: "HTTP 1.1 Web Hooks for Event Delivery", section 4. */
const allowOrigin = ({ headers }: HostRequest): HostResponse => {
  const [publicCloud = ""] = EVENT_GRID_ORIGINS;
  const origin = EVENT_GRID_ORIGINS.find((known) => known === headers["webhook-request-origin"]);
  return { status: 200, headers: { "webhook-allowed-origin": origin ?? publicCloud } };
};

/** The handshake of the Event Grid schema: the response repeats the code. */
const validate = (request: HostRequest): HostResponse => {
  const [event] = parseEvents(request);
  const { validationCode } = handshakeSchema.parse(event?.data);
  return textResponse(200, JSON.stringify({ validationResponse: validationCode }));
};

const handshakeSchema = z.object({ validationCode: z.string() });

/** Parses an array of events or a single event. @throws Error for any other body. */
const parseEvents = ({ body }: HostRequest): Event[] => {
  const parsed: unknown = JSON.parse(body.toString("utf8"));
  const events: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  if (!events.every(isEvent)) throw new Error("The body has no events.");
  return events;
};

const isEvent = (value: unknown): value is Event =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const toInput = (event: Event): TypedData => ({ json: JSON.stringify(event) });

const toCollection = (events: readonly Event[]): TypedData => ({
  collectionString: { string: events.map((event) => JSON.stringify(event, null, 2)) },
});

/** Data that is missing is not passed. */
const metadata = (data: unknown): Record<string, TypedData> =>
  data === undefined ? {} : { data: { json: JSON.stringify(data) } };
