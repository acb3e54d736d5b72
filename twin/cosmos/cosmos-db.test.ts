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
