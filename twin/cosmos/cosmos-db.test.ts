import { createHmac } from "node:crypto";
import { type Container, CosmosClient } from "@azure/cosmos";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TwinClock } from "../clock.ts";
import { CosmosDb } from "./cosmos-db.ts";

let clock: TwinClock;
let cosmos: CosmosDb;
let client: CosmosClient;
let messages: Container;

const connect = (connectionString = cosmos.connectionString) => new CosmosClient({ connectionString });

beforeEach(async () => {
  clock = new TwinClock();
  cosmos = new CosmosDb({ clock });
  await cosmos.start(0);
  client = connect();
  const { database } = await client.databases.create({ id: "test" });
  ({ container: messages } = await database.containers.create({ id: "messages", partitionKey: "/threadId" }));
  await database.containers.create({ id: "agents", partitionKey: "/id" });
});

afterEach(async () => {
  client.dispose();
  await cosmos.stop();
});

/** Read options for eventual consistency: one replica, half the charge. */
const EVENTUAL = { consistencyLevel: "Eventual" };

const create = (id: string) => messages.items.create({ id, threadId: "t" });
const exists = async (id: string) => (await messages.item(id, "t").read()).statusCode === 200;

describe("the account", () => {
  it("publishes its endpoint for endpoint discovery", async () => {
    const { resource } = await client.getDatabaseAccount();
    expect(resource?.writableLocations.map(({ databaseAccountEndpoint }) => databaseAccountEndpoint)).toEqual([
      cosmos.endpoint,
    ]);
  });

  it("keeps its documents when it is stopped and started", async () => {
    await create("1");
    const port = Number(new URL(cosmos.endpoint).port);
    await cosmos.stop();
    await cosmos.start(port);
    await expect(exists("1")).resolves.toBe(true);
  });

  it("fails to start with EADDRINUSE when its port is taken", async () => {
    const second = new CosmosDb({ clock });
    await expect(second.start(Number(new URL(cosmos.endpoint).port))).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("sets _ts from the injected clock", async () => {
    clock.advance(30 * 86_400_000);
    const { resource } = await create("1");
    expect(Math.abs((resource?._ts ?? 0) - clock.now() / 1000)).toBeLessThan(60);
  });

  it("rejects a request signed with another key", async () => {
    const otherKey = Buffer.from("another key").toString("base64");
    const otherClient = connect(`AccountEndpoint=${cosmos.endpoint};AccountKey=${otherKey};`);
    await expect(otherClient.databases.readAll().fetchAll()).rejects.toMatchObject({ code: 401 });
    otherClient.dispose();
  });

  it("rejects a request without a signature", async () => {
    expect((await fetch(`${cosmos.endpoint}dbs`)).status).toBe(401);
  });
});

/** A document operation as another client than `@azure/cosmos` sends it, with the required headers only. */
const request = async (method: string, { id, partitionKey, headers, body }: RawRequest): Promise<Response> => {
  const path = `dbs/test/colls/messages/docs${id ? `/${id}` : ""}`;
  const date = new Date().toUTCString();
  const link = id ? path : "dbs/test/colls/messages";
  const key = /AccountKey=([^;]+)/.exec(cosmos.connectionString)?.[1] ?? "";
  const signature = createHmac("sha256", Buffer.from(key, "base64"))
    .update(`${method.toLowerCase()}\ndocs\n${link}\n${date.toLowerCase()}\n\n`)
    .digest("base64");
  return fetch(`${cosmos.endpoint}${path}`, {
    method,
    headers: {
      authorization: encodeURIComponent(`type=master&ver=1.0&sig=${signature}`),
      "x-ms-date": date,
      ...(partitionKey !== undefined && { "x-ms-documentdb-partitionkey": JSON.stringify([partitionKey]) }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
};

interface RawRequest {
  readonly id?: string;
  readonly partitionKey?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const UPSERT = { "x-ms-documentdb-is-upsert": "true" };

describe("a client without the SDK", () => {
  it.each([
    ["GET", undefined],
    ["PUT", { id: "none", threadId: "t" }],
    ["PATCH", { operations: [{ op: "set", path: "/x", value: 1 }] }],
    ["DELETE", undefined],
  ])("gets 404 for a missing item from %s", async (method, body) => {
    const response = await request(method, { id: "none", partitionKey: "t", body });
    expect([response.status, await response.json()]).toEqual([
      404,
      { code: "NotFound", message: expect.stringContaining("does not exist") },
    ]);
  });

  it("reads an item", async () => {
    const { etag } = await create("1");
    const response = await request("GET", { id: "1", partitionKey: "t" });
    expect([response.status, response.headers.get("etag")]).toEqual([200, etag]);
    expect(await response.json()).toMatchObject({ id: "1", threadId: "t" });
  });

  it.each<[string, unknown, object]>([
    ["a value", "t", { id: "1", threadId: "t" }],
    ["a number", 7, { id: "1", threadId: 7 }],
    ["null", null, { id: "1", threadId: null }],
    ["no value", {}, { id: "1" }],
  ])("creates, reads and replaces an item whose partition key is %s", async (_, partitionKey, body) => {
    expect((await request("POST", { partitionKey, body })).status).toBe(201);
    expect((await request("GET", { id: "1", partitionKey })).status).toBe(200);
    expect((await request("GET", { id: "1", partitionKey: "other" })).status).toBe(404);
    expect((await request("PUT", { id: "1", partitionKey, body })).status).toBe(200);
  });

  it.each<[string, string, RawRequest]>([
    ["a create", "POST", { partitionKey: "other", body: { id: "1", threadId: "t" } }],
    ["a create without a value", "POST", { partitionKey: "t", body: { id: "1" } }],
    ["an upsert", "POST", { partitionKey: "other", headers: UPSERT, body: { id: "1", threadId: "t" } }],
    ["a replace", "PUT", { id: "1", partitionKey: "t", body: { id: "1", threadId: "other" } }],
  ])("gets 400 for %s whose partition key differs from its header", async (_, method, sent) => {
    if (method === "PUT") await create("1");
    const response = await request(method, sent);
    expect([response.status, response.headers.get("x-ms-substatus")]).toEqual([400, "1001"]);
    expect(await exists("1")).toBe(method === "PUT");
  });

  it.each(["GET", "PUT", "PATCH", "DELETE"])("gets 400 for %s without a partition key", async (method) => {
    await create("1");
    const body = { GET: undefined, PUT: { id: "1", threadId: "t" }, PATCH: [], DELETE: undefined }[method];
    expect((await request(method, { id: "1", body })).status).toBe(400);
  });
});

describe("a fault", () => {
  it("throttles the next matching operations, which the client retries", async () => {
    cosmos.faults.inject({ container: "messages", times: 2, fault: { kind: "throttled", retryAfterMs: 1 } });
    const { headers } = await create("1");
    expect(headers["x-ms-throttle-retry-count"]).toBe(2);
  });

  it("throttles until the client gives up", async () => {
    cosmos.faults.inject({ times: 100, fault: { kind: "throttled", retryAfterMs: 1 } });
    await expect(create("1")).rejects.toMatchObject({ code: 429, retryAfterInMs: 1 });
  });

  it("refuses the identity of the client, which does not retry", async () => {
    cosmos.faults.inject({ operation: "create", times: 1, fault: { kind: "forbidden" } });
    await expect(create("1")).rejects.toMatchObject({ code: 403, substatus: 5302 });
    await expect(exists("1")).resolves.toBe(false);
  });

  it("makes the account unavailable", async () => {
    cosmos.faults.inject({ operation: "create", times: 100, fault: { kind: "unavailable" } });
    await expect(create("1")).rejects.toMatchObject({ code: 503 });
    await expect(exists("1")).resolves.toBe(false);
  });

  it.each([
    { when: "before", isExecuted: false },
    { when: "after", isExecuted: true },
  ] as const)("loses the connection $when the operation is executed", async ({ when, isExecuted }) => {
    cosmos.faults.inject({ operation: "create", times: 1, fault: { kind: "connection-lost", when } });
    await expect(create("1")).rejects.toThrow();
    await expect(exists("1")).resolves.toBe(isExecuted);
  });

  it.each([{ container: "agents" }, { operation: "replace" }] as const)(
    "does not affect an operation other than %j",
    async (rule) => {
      cosmos.faults.inject({ ...rule, times: 1, fault: { kind: "connection-lost", when: "before" } });
      await expect(create("1")).resolves.toMatchObject({ statusCode: 201 });
    },
  );

  it("has no effect after it is cleared", async () => {
    cosmos.faults.inject({ times: 100, fault: { kind: "unavailable" } });
    cosmos.faults.clear();
    await expect(create("1")).resolves.toMatchObject({ statusCode: 201 });
  });
});

describe("an operation listener", () => {
  it("is called before and after each operation", async () => {
    const listener = vi.fn();
    const remove = cosmos.onOperation(listener);
    await create("1");
    remove();
    await create("2");
    const operation = { kind: "create", database: "test", container: "messages" };
    expect(listener.mock.calls).toEqual([
      ["before", expect.objectContaining(operation)],
      ["after", expect.objectContaining(operation)],
    ]);
  });

  it("delays an operation until it resolves", async () => {
    const latch = Promise.withResolvers<void>();
    const remove = cosmos.onOperation((stage) => (stage === "before" ? latch.promise : undefined));
    const creation = create("1");
    const first = await Promise.race([creation.then(() => "created"), messages.read().then(() => "read")]);
    expect(first).toBe("read");
    latch.resolve();
    await creation;
    remove();
  });

  it("prevents an operation when it throws before it", async () => {
    const remove = cosmos.onOperation(() => {
      throw new Error("no more writes");
    });
    await expect(create("1")).rejects.toMatchObject({ code: 500, message: expect.stringMatching(/no more writes/) });
    remove();
    await expect(exists("1")).resolves.toBe(false);
  });

  it("sees the written document before the response is sent", async () => {
    const found: unknown[] = [];
    cosmos.onOperation(async (stage, { kind, container }) => {
      if (stage === "after" && kind === "create" && container === "messages") found.push(await exists("1"));
    });
    await create("1");
    expect(found).toEqual([true]);
  });
});

describe("the usage meter", () => {
  it("counts operations and request units by kind", async () => {
    cosmos.usage.reset();
    const item = messages.item("1", "t");
    await create("1");
    await create("2");
    await item.read(EVENTUAL);
    await item.replace({ id: "1", threadId: "t" });
    await messages.items.upsert({ id: "1", threadId: "t" });
    await item.patch([{ op: "set", path: "/state", value: "sent" }]);
    await messages.items.query("SELECT * FROM c WHERE c.state = 'sent' ORDER BY c.id", EVENTUAL).fetchAll();
    await item.delete();
    expect(cosmos.usage.byOperation()).toEqual([
      { container: "messages", kind: "create", count: 2, requestUnits: 12 },
      { container: "messages", kind: "read", count: 1, requestUnits: 1 },
      { container: "messages", kind: "replace", count: 1, requestUnits: 10 },
      { container: "messages", kind: "upsert", count: 1, requestUnits: 10 },
      { container: "messages", kind: "patch", count: 1, requestUnits: 10 },
      { container: "messages", kind: "query", count: 1, requestUnits: 3 },
      { container: "messages", kind: "delete", count: 1, requestUnits: 10 },
    ]);
    expect(cosmos.usage.requestUnits).toBe(56);
  });

  it("records the charge that the client sees", async () => {
    expect((await create("1")).requestCharge).toBe(6);
    expect((await messages.item("1", "t").read(EVENTUAL)).requestCharge).toBe(1);
  });

  it("charges a strongly consistent read twice", async () => {
    await create("1");
    expect((await messages.item("1", "t").read()).requestCharge).toBe(2);
  });

  it("charges an operation that fails because of the data, and none that a fault prevents", async () => {
    await create("1");
    cosmos.usage.reset();
    await expect(create("1")).rejects.toMatchObject({ code: 409 });
    cosmos.faults.inject({ times: 1, fault: { kind: "throttled", retryAfterMs: 1 } });
    await create("2");
    expect(cosmos.usage.requestUnits).toBe(12);
  });
});

describe("a lagging replica", () => {
  const lag = () => cosmos.faults.inject({ times: 1, fault: { kind: "lagging" } });
  const byState = (state: string, options: object) =>
    messages.items.query(`SELECT * FROM c WHERE c.state = "${state}"`, options).fetchAll();

  it("lacks the newest document and the newest change", async () => {
    await create("1");
    lag();
    expect((await messages.item("1", "t").read(EVENTUAL)).statusCode).toBe(404);
    await messages.item("1", "t").patch([{ op: "set", path: "/state", value: "sent" }]);
    lag();
    expect((await messages.item("1", "t").read(EVENTUAL)).resource?.state).toBeUndefined();
    lag();
    expect((await byState("sent", EVENTUAL)).resources).toEqual([]);
    expect((await byState("sent", EVENTUAL)).resources).toHaveLength(1);
  });

  it("does not serve strongly consistent reads", async () => {
    await create("1");
    lag();
    expect((await messages.item("1", "t").read()).statusCode).toBe(200);
    lag();
    const { resources } = await messages.items.query("SELECT * FROM c").fetchAll();
    expect(resources).toHaveLength(1);
  });
});
