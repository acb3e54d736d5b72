import { Hono } from "hono";
import { expect, it, onTestFinished } from "vitest";
import { apiOf } from "./api.ts";
import { makeAppServer, type NodeEnv } from "./app-server.ts";

/** A server with two apps: one that fails, and an API. */
const start = async () => {
  const failing = new Hono<NodeEnv>();
  failing.get("/failing", () => {
    throw new Error("a defect");
  });
  const items = { path: "/items/:id", summary: "an item" };
  const api = apiOf([
    { ...items, method: "GET", handle: (c) => c.json({ id: c.req.param("id") }) },
    { ...items, method: "PUT", handle: async (c) => c.text(await c.req.text()) },
  ]);
  const lines: string[] = [];
  const server = makeAppServer("The test server", [failing, api], (line) => lines.push(line));
  await server.start(0);
  onTestFinished(() => server.stop());
  const call = (path: string, init?: RequestInit) => fetch(`${server.origin}${path}`, init);
  return { call, lines };
};

it("serves each app's routes", async () => {
  const { call } = await start();
  expect(await (await call("/items/%2B1")).json()).toEqual({ id: "+1" });
});

it("responds 500 to a request that fails by a defect, and logs it without its query", async () => {
  const { call, lines } = await start();
  expect((await call("/failing?code=key")).status).toBe(500);
  expect(lines).toEqual([expect.stringMatching(/^GET \/failing failed: Error: a defect/)]);
  expect(lines.join()).not.toContain("key");
});

it("refuses a body of more than 1 MiB", async () => {
  const { call } = await start();
  expect((await call("/items/1", { method: "PUT", body: "x".repeat(1_048_577) })).status).toBe(413);
});

it("accepts a body without a length", async () => {
  const { call } = await start();
  const body = new Blob(["in ", "pieces"]).stream();
  const response = await call("/items/1", { method: "PUT", body, duplex: "half" });
  expect(await response.text()).toBe("in pieces");
});

it("refers to the guide at an unknown path", async () => {
  const { call } = await start();
  const response = await call("/nothing");
  expect(response.status).toBe(404);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(await response.json()).toMatchObject({ detail: expect.stringContaining("GET /") });
});

it("lists the allowed methods of a path", async () => {
  const { call } = await start();
  const response = await call("/items/1", { method: "DELETE" });
  expect(response.status).toBe(405);
  expect(response.headers.get("allow")).toBe("GET, HEAD, PUT");
  expect(await response.json()).toMatchObject({ detail: "Use GET, HEAD, PUT at /items/1." });
});
