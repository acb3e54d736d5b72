import type { Addresses } from "./twin.ts";

/** An answer of one of the twin's HTTP APIs. Its body is whatever JSON came. */
export interface HttpAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what comes over the wire is looked into freely by demos and tests
  readonly body: any;
  readonly headers: Headers;
}

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown;
}

export const callHttp = async (url: string, { method, headers, body }: RequestOptions = {}): Promise<HttpAnswer> => {
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

  text(to: string, text: string): Promise<HttpAnswer> {
    return callHttp(`${this.#phones}/texts`, { body: { from: this.number, to, text } });
  }

  /** The texts that the phone got from the company, oldest first; answers of the carrier itself are left out. */
  async received(): Promise<readonly string[]> {
    const { body } = await callHttp(`${this.#phones}/handsets/${encodeURIComponent(this.number)}/texts`);
    return body.items
      .filter(({ origin }: { origin: string }) => origin === "sender")
      .map(({ text }: { text: string }) => text);
  }
}

/** Somebody who works with the API: an agent, a supervisor or an administrator. */
export class Colleague {
  readonly id: string;
  readonly #addresses: Addresses;
  #token: string | undefined;

  constructor(addresses: Addresses, id: string) {
    this.#addresses = addresses;
    this.id = id;
  }

  /** Asks for a token now, or again. */
  async signIn(): Promise<this> {
    const { body } = await callHttp(`${this.#addresses.identity}/token`, { body: { subject: this.id } });
    this.#token = body.access_token;
    return this;
  }

  /** @param path - below `/api/`. */
  async call(path: string, options: RequestOptions = {}): Promise<HttpAnswer> {
    if (this.#token === undefined) await this.signIn();
    const headers = { authorization: `Bearer ${this.#token}`, ...options.headers };
    return callHttp(`${this.#addresses.functions}/api/${path}`, { ...options, headers });
  }

  /** The ids of the work items in a state, newest change first. */
  async workItems(state?: string): Promise<readonly string[]> {
    const { body } = await this.call(`me/work-items${state === undefined ? "" : `?state=${state}`}`);
    return body.items.map(({ id }: { id: string }) => id);
  }

  /** Does what ends the path: accept, decline, pick, park, resume, release, end, finish. */
  act(conversationId: string, action: string, body: unknown = undefined): Promise<HttpAnswer> {
    return this.call(`conversations/${conversationId}/${action}`, { method: "POST", body });
  }

  reply(conversationId: string, text: string, headers: Readonly<Record<string, string>> = {}): Promise<HttpAnswer> {
    return this.call(`conversations/${conversationId}/replies`, { body: { text }, headers });
  }

  setPresence(presence: string): Promise<HttpAnswer> {
    return this.call("me/presence", { method: "PUT", body: { presence } });
  }
}

/** How long `eventually` waits, and how often it looks, in milliseconds. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 20;

/**
 * Looks again and again until there is something to see.
 * @param what - named when it never comes.
 * @throws Error when it does not come within ten seconds.
 */
export const eventually = async <T>(what: string, look: () => Promise<T | undefined>): Promise<T> => {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new Error(`it never came to this: ${what}`);
};
