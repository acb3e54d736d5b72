import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type { ProviderEvent } from "../shared/intake/provider-events.ts";
import { TransientError } from "../shared/kernel/errors.ts";
import type { Ports } from "../shared/kernel/ports.ts";
import type { Providers, WebhookCall } from "../shared/sms/provider.ts";
import { readText } from "./http/read-text.ts";
import type { PerInvocation } from "./per-invocation.ts";
import { processProviderEvent } from "./provider-events.ts";

/** Far more than any provider sends: a text of 1,600 characters with ten links takes some 20 kB. */
const MAX_BYTES = 64 * 1024;

/** How soon a provider may call again when a store was unavailable, in seconds. */
const RETRY_AFTER_SECONDS = 5;

/**
 * HTTP, a provider's own calls -> `provider-events`: the provider is answered at once, whatever state the stores are in.
 * While the broker is unavailable, the call is taken in here; when that fails too it is told as 503, so that the provider
 * calls again. A call that the provider's account has not signed leaves nothing behind.
 * @param publicUrl - where providers call the app; its signature is made over this address, not over the host's own.
 */
export const makeProviderWebhook =
  (providers: Providers, publicUrl: string | undefined, portsFor: PerInvocation<Ports>): HttpHandler =>
  async (request, context) => {
    const name = request.params.provider ?? "";
    const webhook = Object.hasOwn(providers, name) ? providers[name]?.webhook : undefined;
    if (!webhook || publicUrl === undefined) return { status: 404 };
    const body = await readText(request, MAX_BYTES);
    if (body.kind === "too-large") return { status: 413 };
    if (body.kind === "not-utf-8") return { status: 400 };
    const reading = webhook.read(callOf(request, publicUrl, body.text));
    if (reading.kind === "invalid-signature") {
      context.warn(`a call in the name of ${name} is not signed by its account`);
      return { status: 403 };
    }
    const { source, event } = reading;
    return keepOrTakeIn(portsFor(context), { provider: name, source, event }, context).then(
      () => ({
        status: webhook.response.status,
        headers: { "content-type": webhook.response.contentType },
        body: webhook.response.body,
      }),
      unavailable(context),
    );
  };

const callOf = ({ url, headers }: HttpRequest, publicUrl: string, body: string): WebhookCall => {
  const { pathname, search } = new URL(url);
  return { url: `${publicUrl}${pathname}${search}`, headers: Object.fromEntries(headers), body };
};

const keepOrTakeIn = async (ports: Ports, told: ProviderEvent, context: InvocationContext): Promise<void> => {
  try {
    await ports.providerEvents.enqueue(told);
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
    context.warn(error.message);
    await processProviderEvent(ports, told, context);
  }
};

const unavailable =
  (context: InvocationContext) =>
  (error: unknown): HttpResponseInit => {
    if (!(error instanceof TransientError)) throw error;
    context.warn(error.message);
    return { status: 503, headers: { "retry-after": String(RETRY_AFTER_SECONDS) } };
  };
