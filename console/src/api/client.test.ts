import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ApiClient, bodyOf, makeApiClient, type Tokens } from "./client.ts";
import { ApiProblem, Unreachable } from "./problem.ts";

/** A request as it leaves the page. */
interface Sent {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | null;
  readonly key: string | null;
  readonly body: string;
}

const PROBLEM = { type: "urn:hilo:problem:conflict", title: "No", status: 409, correlationId: "1", state: "closed" };

const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response =>
  Response.json(body, { status, headers });

/** The tokens of a person who can be asked to sign in again. */
class FakeTokens implements Tokens {
  readonly refusedTokens: string[] = [];
  #token: string | undefined = "first";
  #waiting: ((token: string) => void)[] = [];

  current(signal: AbortSignal): Promise<string> {
    if (this.#token !== undefined) return Promise.resolve(this.#token);
    return new Promise((resolve, reject) => {
      this.#waiting.push(resolve);
      signal.addEventListener("abort", () => reject(signal.reason as Error));
    });
  }

  refused(token: string): void {
    this.refusedTokens.push(token);
    this.#token = undefined;
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  signIn(token: string): void {
    this.#token = token;
    for (const resolve of this.#waiting) resolve(token);
    this.#waiting = [];
  }
}

let responses: (Response | Error)[] = [];
let sent: Sent[] = [];
let times: number[] = [];
let tokens: FakeTokens;
let api: ApiClient;

beforeEach(() => {
  responses = [];
  sent = [];
  times = [];
  tokens = new FakeTokens();
  vi.stubGlobal("location", new URL("https://hilo.example/console/inbox/mine"));
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push({
      method: request.method,
      url: request.url,
      authorization: request.headers.get("authorization"),
      key: request.headers.get("idempotency-key"),
      body: await request.text(),
    });
    request.signal.throwIfAborted();
    const next = responses.shift();
    if (next instanceof Response) return next;
    throw next ?? new Error("The test has no response for this request.");
  });
  api = makeApiClient({ tokens, onServerTime: (time) => times.push(time) });
});

afterEach(() => vi.unstubAllGlobals());

const sendReply = () =>
  bodyOf(
    api.POST("/conversations/{id}/replies", {
      params: { path: { id: "1" }, header: { "idempotency-key": "key-1" } },
      body: { text: "hello" },
    }),
  );

const readMe = (signal?: AbortSignal) => bodyOf(api.GET("/me", signal ? { signal } : {}));

describe("the client", () => {
  it("sends the token and returns the body", async () => {
    responses = [json(200, { id: "ana" })];
    expect(await readMe()).toEqual({ id: "ana" });
    expect(sent).toMatchObject([
      { method: "GET", url: "https://hilo.example/api/me", authorization: "Bearer first", key: null },
    ]);
  });

  it("repeats a request whose token is refused, once the person has signed in again", async () => {
    responses = [json(401, {}), json(202, { message: { id: "out-1" } })];
    const reply = sendReply();
    await vi.waitUntil(() => tokens.hasWaiting);
    expect(tokens.refusedTokens).toEqual(["first"]);
    tokens.signIn("second");
    expect(await reply).toEqual({ message: { id: "out-1" } });
    const request = { method: "POST", url: "https://hilo.example/api/conversations/1/replies", key: "key-1" };
    expect(sent).toEqual([
      { ...request, authorization: "Bearer first", body: '{"text":"hello"}' },
      { ...request, authorization: "Bearer second", body: '{"text":"hello"}' },
    ]);
  });

  it("waits as often as the token is refused", async () => {
    responses = [json(401, {}), json(401, {}), json(200, { id: "ana" })];
    const me = readMe();
    for (const token of ["second", "third"]) {
      await vi.waitUntil(() => tokens.hasWaiting);
      tokens.signIn(token);
    }
    await me;
    expect(sent.map(({ authorization }) => authorization)).toEqual(["Bearer first", "Bearer second", "Bearer third"]);
  });

  it("ends the wait for the person when the request is aborted", async () => {
    responses = [json(401, {})];
    const abort = new AbortController();
    const me = readMe(abort.signal);
    await vi.waitUntil(() => tokens.hasWaiting);
    abort.abort();
    await expect(me).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
    expect(sent).toHaveLength(1);
  });

  it("does not take an aborted request for an app that cannot be reached", async () => {
    const abort = new AbortController();
    const me = readMe(abort.signal);
    abort.abort();
    await expect(me).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
  });

  it("reports an app that cannot be reached", async () => {
    const cause = new TypeError("fetch failed");
    responses = [cause];
    await expect(readMe()).rejects.toThrow(expect.objectContaining({ name: "Unreachable", cause }));
  });

  it("throws the problem of the app", async () => {
    responses = [json(409, PROBLEM)];
    const error = await sendReply().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiProblem);
    expect(error).toMatchObject({ type: "conflict", status: 409, isTransient: false, problem: { state: "closed" } });
  });

  it.each([
    ["an HTML page", new Response("<h1>Bad gateway</h1>", { status: 502, statusText: "Bad Gateway" }), "Bad Gateway"],
    ["no body", new Response(null, { status: 503 }), "Status 503"],
    ["another JSON", json(500, { message: "x" }), "Status 500"],
    ["JSON that is no object", json(504, "x"), "Status 504"],
  ])("makes a transient problem of the response of a gateway with %s", async (_, response, title) => {
    responses = [response];
    const error = await readMe().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiProblem);
    expect(error).toMatchObject({ type: "unknown", isTransient: true, problem: { title } });
  });

  it.each([
    ["ends early", () => new Response('{"id":"an', { status: 200 })],
    [
      "breaks off",
      () =>
        new Response(
          new ReadableStream({
            start: (controller) => controller.error(new TypeError("network error")),
          }),
          { status: 200 },
        ),
    ],
    ["is the page of a proxy", () => new Response("<h1>Sign in to the Wi-Fi</h1>", { status: 200 })],
  ])("counts the app as unreachable when the body of a response %s", async (_, makeResponse) => {
    responses = [makeResponse()];
    await expect(readMe()).rejects.toThrow(Unreachable);
  });

  it("reports the time of the server", async () => {
    responses = [json(409, PROBLEM, { date: "Sat, 31 Jan 2026 09:30:00 GMT" }), json(200, {})];
    await sendReply().catch(() => undefined);
    await readMe();
    expect(times).toEqual([Date.parse("2026-01-31T09:30:00Z")]);
  });
});
