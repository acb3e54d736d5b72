import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import { processEvent } from "../shared/intake/process-event.ts";
import type { ProviderEvent } from "../shared/intake/provider-events.ts";
import { TransientError } from "../shared/kernel/errors.ts";
import type { Ports } from "../shared/kernel/ports.ts";
import type { Providers, WebhookCall } from "../shared/sms/provider.ts";
import { lengthRequired } from "./http/problem.ts";
import { commonHeaders, problemResponse } from "./http/problem-response.ts";
import { type BodyText, readText } from "./http/read-text.ts";
import { logLevelOf } from "./invocation/errors.ts";
import { startHop } from "./invocation/hop-log.ts";
import { hopOf, logOutcome } from "./invocation/log-outcome.ts";
import type { PerInvocation } from "./invocation/per-invocation.ts";

/** Far more than any provider sends: a text of 1,600 characters with ten links takes some 20 kB. */
const MAX_BYTES = 64 * 1024;

/** When a provider may repeat a call after a store was unavailable, in seconds. */
const RETRY_AFTER_SECONDS = 5;

/**
 * HTTP, a provider's webhook -> `provider-events`. The response does not depend on the stores. When the broker is
 * unavailable the event is processed here, and when that fails too, a 503 makes the provider repeat the call. A call
 * without a valid signature has no effect.
 * @param publicUrl - our address as providers know and sign it, which is not the host's own.
 */
export const makeProviderWebhook = (
  providers: Providers,
  publicUrl: string | undefined,
  portsFor: PerInvocation<Ports>,
): HttpHandler => {
  const serve = async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    // The host matches the rest of the path in any case, too.
    const name = request.params.provider?.toLowerCase() ?? "";
    const webhook = Object.hasOwn(providers, name) ? providers[name]?.webhook : undefined;
    if (!webhook || publicUrl === undefined) return { status: 404 };
    const body = await readText(request, MAX_BYTES);
    if (body.kind !== "text") return refuse(name, body.kind, context);
    const reading = webhook.read(callOf(request, publicUrl, body.text));
    if (reading.kind === "invalid-signature") {
      context.warn(`signature refused: ${JSON.stringify({ provider: name })}`);
      return { status: 403 };
    }
    const { source, event } = reading;
    const stored = await enqueueOrProcess(portsFor(context), { provider: name, source, event }, context);
    if (!stored) return { status: 503, headers: { "retry-after": String(RETRY_AFTER_SECONDS) } };
    const { status, contentType, body: content } = webhook.response;
    return { status, headers: { "content-type": contentType }, body: content };
  };
  return async (request, context) => {
    const response = await serve(request, context);
    return { ...response, headers: { ...response.headers, ...commonHeaders(context.invocationId) } };
  };
};

/** Refuses a call whose body cannot be read. @param name - the provider. */
const refuse = (
  name: string,
  reason: Exclude<BodyText["kind"], "text">,
  context: InvocationContext,
): HttpResponseInit => {
  switch (reason) {
    case "too-large":
      return { status: 413 };
    case "not-utf-8":
      return { status: 400 };
    case "dropped":
      context.warn(`a webhook call for ${name} has no Content-Length, so its body did not arrive`);
      return problemResponse(lengthRequired(), context.invocationId);
  }
};

const callOf = ({ url, headers }: HttpRequest, publicUrl: string, body: string): WebhookCall => {
  const { pathname, search } = new URL(url);
  return { url: `${publicUrl}${pathname}${search}`, headers: Object.fromEntries(headers), body };
};

/** @returns false when neither the broker nor the stores are available. */
const enqueueOrProcess = async (ports: Ports, event: ProviderEvent, context: InvocationContext): Promise<boolean> => {
  const logHop = startHop(context, ports);
  const enqueue = async () => {
    await ports.providerEvents.enqueue(event);
    logHop({ outcome: "queued" });
  };
  const process = async () => {
    const outcome = await processEvent(ports, event);
    logOutcome(context, event, outcome);
    logHop(hopOf(outcome));
  };
  return (await succeeds(context, enqueue)) || (await succeeds(context, process));
};

/** @returns false, and logs the reason, when a store or the broker is unavailable. */
const succeeds = async (context: InvocationContext, step: () => Promise<void>): Promise<boolean> => {
  try {
    await step();
    return true;
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
    context[logLevelOf(error)](error.message);
    return false;
  }
};
