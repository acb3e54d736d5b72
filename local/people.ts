import { setTimeout } from "node:timers/promises";
import type { Addresses } from "./environment.ts";

/** A response of the app or of the twin. */
export interface HttpResponse {
  readonly status: number;
  /** Parsed JSON, or the text of any other body. */
  // biome-ignore lint/suspicious/noExplicitAny: demos and tests read members without a schema
  readonly body: any;
  readonly headers: Headers;
}

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string is sent unchanged. */
  readonly body?: unknown;
}

export const callHttp = async (url: string, { method, headers, body }: RequestOptions = {}): Promise<HttpResponse> => {
  const response = await fetch(url, {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") && text !== "";
  return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
};

/** A customer with a phone. */
export class Customer {
  readonly number: string;
  readonly #phones: string;

  constructor(addresses: Addresses, number: string) {
    this.number = number;
    this.#phones = addresses.phoneNetwork;
  }

  text(to: string, text: string): Promise<HttpResponse> {
    return callHttp(`${this.#phones}/texts`, { body: { from: this.number, to, text } });
  }

  /** The company's texts on the phone, oldest first, without automatic replies of the carrier. */
  async received(): Promise<readonly string[]> {
    const { body } = await callHttp(`${this.#phones}/handsets/${encodeURIComponent(this.number)}/texts`);
    return body.items
      .filter(({ origin }: { origin: string }) => origin === "sender")
      .map(({ text }: { text: string }) => text);
  }
}

/** A user of the API: an agent, a supervisor or an administrator. */
export class Colleague {
  readonly id: string;
  readonly #addresses: Addresses;
  #token: string | undefined;

  constructor(addresses: Addresses, id: string) {
    this.#addresses = addresses;
    this.id = id;
  }

  /** Gets a new token. */
  async signIn(): Promise<this> {
    const { body } = await callHttp(`${this.#addresses.identity}/token`, { body: { subject: this.id } });
    this.#token = body.access_token;
    return this;
  }

  /** @param path - relative to `/api/`. */
  async call(path: string, options: RequestOptions = {}): Promise<HttpResponse> {
    if (this.#token === undefined) await this.signIn();
    const headers = { authorization: `Bearer ${this.#token}`, ...options.headers };
    return callHttp(`${this.#addresses.functions}/api/${path}`, { ...options, headers });
  }

  /** The ids of the work items in a state or in all states, last changed first. */
  async workItems(state?: string): Promise<readonly string[]> {
    const { body } = await this.call(`me/work-items${state === undefined ? "" : `?state=${state}`}`);
    return body.items.map(({ id }: { id: string }) => id);
  }

  /** @param action - the end of the path: accept, decline, pick, park, resume, release, end or finish. */
  act(conversationId: string, action: string, body: unknown = undefined): Promise<HttpResponse> {
    return this.call(`conversations/${conversationId}/${action}`, { method: "POST", body });
  }

  reply(conversationId: string, text: string, headers: Readonly<Record<string, string>> = {}): Promise<HttpResponse> {
    return this.call(`conversations/${conversationId}/replies`, { body: { text }, headers });
  }

  setPresence(presence: string): Promise<HttpResponse> {
    return this.call("me/presence", { method: "PUT", body: { presence } });
  }
}

const POLL_TIMEOUT_MS = 10_000;
const POLL_INTERVAL_MS = 20;

/**
 * Polls until there is a result.
 * @param expectation - named in the error, such as "Ana is offered the conversation".
 * @param timeoutMs - ten seconds by default.
 * @throws Error when there is no result in time.
 */
export const eventually = async <T>(
  expectation: string,
  poll: () => Promise<T | undefined>,
  timeoutMs = POLL_TIMEOUT_MS,
): Promise<T> => {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    const result = await poll();
    if (result !== undefined) return result;
    await setTimeout(POLL_INTERVAL_MS);
  }
  throw new Error(`Timed out after ${timeoutMs / 1000} seconds waiting for: ${expectation}`);
};
