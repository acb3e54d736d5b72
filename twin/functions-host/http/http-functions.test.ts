import { once } from "node:events";
import { request } from "node:http";
import { createConnection } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import type { FunctionsHost } from "../functions-host.ts";
import { startTestApp } from "../testing/test-app.ts";

/** A handler that returns the request. */
const ECHO = `
  const echo = async (request) => ({
    jsonBody: {
      method: request.method,
      url: request.url,
      headers: Object.fromEntries(request.headers),
      query: Object.fromEntries(request.query),
      params: request.params,
      body: await request.text(),
    },
  });
`;

/** Connects to the host for requests that Node's clients change or refuse. */
const connect = async ({ url }: FunctionsHost) => {
  const socket = createConnection(Number(new URL(url).port), "127.0.0.1");
  await once(socket, "connect");
  const send = (...lines: string[]) => socket.write(lines.join("\r\n"));
  return { socket, send };
};

/** Sends a request without a body, as it is written. */
const sendRaw = async (host: FunctionsHost, ...lines: string[]): Promise<string> => {
  const { socket, send } = await connect(host);
  send(...lines, "Host: localhost", "Connection: close", "", "");
  return text(socket);
};

/** An app with one function per route. */
const routed = (...routes: string[]) =>
  `${routes.map((route, i) => `app.http("f${i}", { route: ${JSON.stringify(route)}, handler: (r) => ({ jsonBody: { route: ${JSON.stringify(route)}, params: r.params } }) });`).join("\n")}`;

describe("a request to an HTTP function", () => {
  it("contains method, URL, headers, parameters and body", async () => {
    const { fetch, host } = await startTestApp(
      `${ECHO} app.http("echo", { methods: ["PUT"], route: "things/{id}", handler: echo });`,
    );
    const response = await fetch("/api/things/a%20b?x=1", {
      method: "PUT",
      body: "hello",
      headers: { "X-Own": "yes" },
    });
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toMatchObject({
      method: "PUT",
      url: `${host.url}/api/things/a%20b?x=1`,
      headers: { "x-own": "yes" },
      query: { x: "1" },
      params: { id: "a b" },
      body: "hello",
    });
  });

  it("keeps a header without a value", async () => {
    const { fetch } = await startTestApp(`${ECHO} app.http("echo", { handler: echo });`);
    const response = await fetch("/api/echo", { headers: { "x-own": "" } });
    expect(await response.json()).toMatchObject({ headers: { "x-own": "" } });
  });

  it("joins repeated query keys with a comma", async () => {
    const { fetch } = await startTestApp(`${ECHO} app.http("echo", { handler: echo });`);
    expect(await (await fetch("/api/echo?a=1&a=2")).json()).toMatchObject({ query: { a: "1,2" } });
  });

  it("keeps all bytes of the body, as does the response", async () => {
    const { fetch } = await startTestApp(
      `app.http("echo", { handler: async (r) => ({ body: Buffer.from(await r.arrayBuffer()).reverse() }) });`,
    );
    const response = await fetch("/api/echo", { method: "POST", body: Uint8Array.of(0, 128, 255) });
    expect([...Buffer.from(await response.arrayBuffer())]).toEqual([255, 128, 0]);
  });

  it("has no body without a Content-Length, as a body that is sent in chunks", async () => {
    const { fetch } = await startTestApp(`${ECHO} app.http("echo", { handler: echo });`);
    const body = new Blob(["in ", "pieces"]).stream();
    const response = await fetch("/api/echo", { method: "POST", body, duplex: "half" });
    expect(await response.json()).toMatchObject({ headers: { "transfer-encoding": "chunked" }, body: "" });
  });

  it("joins all values of a header, and keeps one without a value", async () => {
    const { host } = await startTestApp(`${ECHO} app.http("echo", { handler: echo });`);
    const response = await sendRaw(
      host,
      "GET /api/echo HTTP/1.1",
      "Authorization: Bearer a",
      "Authorization: Bearer b",
      "X-Own: 1",
      "X-Own: 2",
      "X-Empty:",
    );
    expect(JSON.parse(response.split("\r\n\r\n")[1] ?? "").headers).toMatchObject({
      authorization: "Bearer a,Bearer b",
      "x-own": "1,2",
      "x-empty": "",
    });
  });

  it("may have its method in lower case, also on a connection in use", async () => {
    const { host } = await startTestApp(
      `app.http("plain", { methods: ["PATCH", "POST"], handler: async (r) => ({ body: r.method + " " + (await r.text()) }) });`,
    );
    const { socket, send } = await connect(host);
    send("patch /api/plain HTTP/1.1", "Host: localhost", "Content-Length: 7", "", "post /x");
    expect(String(await once(socket, "data"))).toContain("PATCH post /x");
    send("post /api/plain HTTP/1.1", "Host: localhost", "Content-Length: 3", "Connection: close", "", "two");
    expect(await text(socket)).toContain("POST two");
  });

  it("may have a body that looks like a request", async () => {
    const { host } = await startTestApp(`app.http("plain", { handler: async (r) => ({ body: await r.text() }) });`);
    const { socket, send } = await connect(host);
    send("POST /api/plain HTTP/1.1", "Host: localhost", "Content-Length: 16", "Connection: close", "", "");
    await new Promise((resolve) => setTimeout(resolve, 20)); // so that the body arrives alone
    send("get / HTTP/1.1", "");
    expect(await text(socket)).toContain("get / HTTP/1.1");
  });

  it.each([
    [8_192, 200],
    [8_193, 414],
  ])("with a request line of %d bytes has the status %d", async (bytes, status) => {
    const { fetch } = await startTestApp(`app.http("plain", { handler: () => ({ body: "hi" }) });`);
    const line = (query: string) => `GET /api/plain?q=${query} HTTP/1.1\r\n`;
    expect((await fetch(`/api/plain?q=${"x".repeat(bytes - line("").length)}`)).status).toBe(status);
  });

  it.each([
    [30, 200],
    [33, 431],
  ])("with %d KiB of headers has the status %d", async (kibibytes, status) => {
    const { fetch } = await startTestApp(`app.http("plain", { handler: () => ({ body: "hi" }) });`);
    const headers = { "x-large": "x".repeat(kibibytes * 1024) };
    expect((await fetch("/api/plain", { headers })).status).toBe(status);
  });

  it.each([
    ["/api/plain/", 200],
    ["/api//plain", 404],
    ["//api/plain", 404],
    ["/api/plain//", 404],
  ])("to %s has the status %d", async (path, status) => {
    const { host } = await startTestApp(`app.http("plain", { handler: () => ({ body: "hi" }) });`);
    const response = await sendRaw(host, `GET ${path} HTTP/1.1`);
    expect(response.split(" ")[1]).toBe(String(status));
  });

  it("matches the name of the function with GET and POST by default", async () => {
    const { fetch } = await startTestApp(`app.http("plain", { handler: () => ({ body: "hi" }) });`);
    expect((await fetch("/api/plain")).status).toBe(200);
    expect((await fetch("/api/plain", { method: "POST" })).status).toBe(200);
    expect((await fetch("/api/plain", { method: "DELETE" })).status).toBe(404);
  });

  it("is a 404 when no route matches", async () => {
    const { fetch } = await startTestApp(`app.http("plain", { handler: () => ({ body: "hi" }) });`);
    expect((await fetch("/plain")).status).toBe(404);
    expect((await fetch("/api/plain/more")).status).toBe(404);
  });

  it("reaches the most specific route, in any order of registration and any case", async () => {
    const { fetch } = await startTestApp(routed("things/{id}", "things/{id:int}", "things/mine", "things/{*rest}"));
    const routeOf = async (path: string) => ((await (await fetch(path)).json()) as { route: string }).route;
    expect(await routeOf("/api/things/x")).toBe("things/{id}");
    expect(await routeOf("/api/things/7")).toBe("things/{id:int}");
    expect(await routeOf("/API/Things/MINE")).toBe("things/mine");
    expect(await routeOf("/api/things/a/b")).toBe("things/{*rest}");
  });

  it("reaches the function with its method when two have the same route", async () => {
    const { fetch } = await startTestApp(`
      app.get("read", { route: "thing", handler: () => ({ body: "read" }) });
      app.put("write", { route: "thing", handler: () => ({ body: "write" }) });`);
    expect(await (await fetch("/api/thing")).text()).toBe("read");
    expect(await (await fetch("/api/thing", { method: "PUT" })).text()).toBe("write");
  });

  it("uses the route prefix of host.json", async () => {
    const { fetch } = await startTestApp(`app.http("plain", { handler: () => ({ body: "hi" }) });`, {
      hostJson: { extensions: { http: { routePrefix: "" } } },
    });
    expect((await fetch("/plain")).status).toBe(200);
  });

  it("is a 413 when it is too large", async () => {
    const { host } = await startTestApp(`app.http("plain", { handler: () => ({ body: "hi" }) });`);
    const status = await new Promise((resolve, reject) => {
      const upload = request(`${host.url}/api/plain`, { method: "POST" }, (response) => resolve(response.statusCode));
      upload.on("error", reject);
      const chunk = Buffer.alloc(1 << 20);
      const fill = (left: number) => {
        if (left > 0 && !upload.destroyed) upload.write(chunk, () => fill(left - 1));
      };
      fill(101);
    });
    expect(status).toBe(413);
  });
});

describe("the response of an HTTP function", () => {
  it("has its status, headers and cookies", async () => {
    const { fetch } = await startTestApp(`
      app.http("teapot", { handler: () => ({
        status: 418,
        headers: { "x-own": "yes" },
        cookies: [{ name: "a", value: "1 2", httpOnly: true, sameSite: "Strict", maxAge: 60 }, { name: "b", value: "2" }],
        body: "short and stout",
      }) });`);
    const response = await fetch("/api/teapot");
    expect(response.status).toBe(418);
    expect(response.headers.get("x-own")).toBe("yes");
    expect(response.headers.getSetCookie()).toEqual(["a=1%202; max-age=60; samesite=strict; httponly", "b=2"]);
    expect(await response.text()).toBe("short and stout");
  });

  it("is an empty 204 for undefined", async () => {
    const { fetch } = await startTestApp(`app.http("nothing", { handler: () => {} });`);
    const response = await fetch("/api/nothing");
    expect([response.status, await response.text()]).toEqual([204, ""]);
  });

  it("is an empty 500 after an error, which is in the log", async () => {
    const { fetch, log } = await startTestApp(
      `app.http("bad", { handler: () => { throw new Error("out of ink"); } });`,
    );
    const response = await fetch("/api/bad");
    expect([response.status, await response.text()]).toEqual([500, ""]);
    expect(log).toContainEqual(
      expect.objectContaining({ level: "error", functionName: "bad", message: expect.stringContaining("out of ink") }),
    );
  });

  it("is an empty 500 for a value that is not a response", async () => {
    const { fetch } = await startTestApp(`app.http("bad", { handler: () => "just text" });`);
    expect((await fetch("/api/bad")).status).toBe(500);
  });
});

describe("the authLevel of an HTTP function", () => {
  const source = `
    app.http("open", { handler: () => ({ body: "in" }) });
    app.http("guarded", { authLevel: "function", handler: () => ({ body: "in" }) });
    app.http("private", { authLevel: "admin", handler: () => ({ body: "in" }) });`;
  const keys = { functionKey: "F", masterKey: "M" };

  it.each([
    ["/api/open", undefined, 200],
    ["/api/guarded", undefined, 401],
    ["/api/guarded", "wrong", 401],
    ["/api/guarded", "F", 200],
    ["/api/guarded", "M", 200],
    ["/api/private", "F", 401],
    ["/api/private", "M", 200],
  ])("responds on %s to the key %s with %d", async (path, key, status) => {
    const { fetch } = await startTestApp(source, keys);
    expect((await fetch(path, { headers: key ? { "x-functions-key": key } : {} })).status).toBe(status);
    expect((await fetch(key ? `${path}?code=${key}` : path)).status).toBe(status);
  });

  it("has no effect when the host has no keys", async () => {
    const { fetch } = await startTestApp(source);
    expect((await fetch("/api/guarded")).status).toBe(200);
  });
});

describe("the home page", () => {
  it("is at the root of the host", async () => {
    const { fetch } = await startTestApp("");
    const response = await fetch("/");
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html"]);
    expect(await response.text()).toContain("up and running");
  });

  it("is an empty 204 when AzureWebJobsDisableHomepage is true", async () => {
    const { fetch } = await startTestApp("", { settings: { AzureWebJobsDisableHomepage: "True" } });
    expect((await fetch("/")).status).toBe(204);
  });

  it("gives way to a function at the root", async () => {
    const { fetch } = await startTestApp(`app.http("root", { route: "{*path}", handler: () => ({ body: "mine" }) });`, {
      hostJson: { extensions: { http: { routePrefix: "" } } },
    });
    expect(await (await fetch("/")).text()).toBe("mine");
  });
});

describe("the routes of an app", () => {
  it.each([
    ["/things", "must not start"],
    ["things/{id:regex(a)}", "does not support"],
    ["things/{id=4}", "does not support"],
    ["{*rest}/things", "does not support"],
  ])("are refused for %s", async (route, why) => {
    await expect(startTestApp(routed(route))).rejects.toThrow(why);
  });

  it("are refused when two functions have the same one", async () => {
    await expect(startTestApp(routed("things/{id}", "THINGS/{name}"))).rejects.toThrow(
      '"f0" and "f1" have the same route GET',
    );
  });

  it("are refused when they shadow a path of the host", async () => {
    const hostJson = { extensions: { http: { routePrefix: "" } } };
    await expect(startTestApp(routed("admin/things"), { hostJson })).rejects.toThrow("shadows a path of the host");
  });
});
