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
  const { database } = await client.databases.create({ id: "hilo" });
  ({ container: messages } = await database.containers.create({ id: "messages", partitionKey: "/threadId" }));
  await database.containers.create({ id: "agents", partitionKey: "/id" });
});

afterEach(async () => {
  client.dispose();
  await cosmos.stop();
});

/** As the product reads most things: at the price of one replica. */
const EVENTUAL = { consistencyLevel: "Eventual" };

const create = (id: string) => messages.items.create({ id, threadId: "t" });
const exists = async (id: string) => (await messages.item(id, "t").read()).statusCode === 200;

describe("the account", () => {
  it("is found by a client that looks for its endpoints", async () => {
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

  it("says so when its port is taken", async () => {
    const second = new CosmosDb({ clock });
    await expect(second.start(Number(new URL(cosmos.endpoint).port))).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("stamps documents with the time of its clock", async () => {
    clock.advance(30 * 86_400_000);
    const { resource } = await create("1");
    expect(Math.abs((resource?._ts ?? 0) - clock.now() / 1000)).toBeLessThan(60);
  });

  it("refuses a request that is signed with another key", async () => {
    const otherKey = Buffer.from("another key").toString("base64");
    const stranger = connect(`AccountEndpoint=${cosmos.endpoint};AccountKey=${otherKey};`);
    await expect(stranger.databases.readAll().fetchAll()).rejects.toMatchObject({ code: 401 });
    stranger.dispose();
  });

  it("refuses a request without a signature", async () => {
    expect((await fetch(`${cosmos.endpoint}dbs`)).status).toBe(401);
  });
});

describe("a fault", () => {
  it("throttles the next operations that match it, which the client sits out", async () => {
    cosmos.faults.inject({ container: "messages", times: 2, fault: { kind: "throttled", retryAfterMs: 1 } });
    const { headers } = await create("1");
    expect(headers["x-ms-throttle-retry-count"]).toBe(2);
  });

  it("throttles for longer than the client sits out", async () => {
    cosmos.faults.inject({ times: 100, fault: { kind: "throttled", retryAfterMs: 1 } });
    await expect(create("1")).rejects.toMatchObject({ code: 429, retryAfterInMs: 1 });
  });

  it("makes the account unavailable", async () => {
    cosmos.faults.inject({ operation: "create", times: 100, fault: { kind: "unavailable" } });
    await expect(create("1")).rejects.toMatchObject({ code: 503 });
    await expect(exists("1")).resolves.toBe(false);
  });

  it.each([
    { when: "before", done: false },
    { when: "after", done: true },
  ] as const)("loses the connection $when the operation is done", async ({ when, done }) => {
    cosmos.faults.inject({ operation: "create", times: 1, fault: { kind: "connection-lost", when } });
    await expect(create("1")).rejects.toThrow();
    await expect(exists("1")).resolves.toBe(done);
  });

  it.each([{ container: "agents" }, { operation: "replace" }] as const)(
    "spares an operation that does not match %j",
    async (rule) => {
      cosmos.faults.inject({ ...rule, times: 1, fault: { kind: "connection-lost", when: "before" } });
      await expect(create("1")).resolves.toMatchObject({ statusCode: 201 });
    },
  );

  it("is over when it is cleared", async () => {
    cosmos.faults.inject({ times: 100, fault: { kind: "unavailable" } });
    cosmos.faults.clear();
    await expect(create("1")).resolves.toMatchObject({ statusCode: 201 });
  });
});

describe("a listener", () => {
  it("is told of each operation before and after it is done", async () => {
    const listener = vi.fn();
    const end = cosmos.onOperation(listener);
    await create("1");
    end();
    await create("2");
    const operation = { kind: "create", database: "hilo", container: "messages" };
    expect(listener.mock.calls).toEqual([
      ["before", expect.objectContaining(operation)],
      ["after", expect.objectContaining(operation)],
    ]);
  });

  it("holds an operation up until it is done with it", async () => {
    const gate = Promise.withResolvers<void>();
    const end = cosmos.onOperation((stage) => (stage === "before" ? gate.promise : undefined));
    const creation = create("1");
    const overtaken = await Promise.race([creation.then(() => "done"), messages.read().then(() => "held up")]);
    expect(overtaken).toBe("held up");
    gate.resolve();
    await creation;
    end();
  });

  it("makes an operation fail before it is done by throwing", async () => {
    const end = cosmos.onOperation(() => {
      throw new Error("no more writes");
    });
    await expect(create("1")).rejects.toMatchObject({ code: 500, message: expect.stringMatching(/no more writes/) });
    end();
    await expect(exists("1")).resolves.toBe(false);
  });

  it("sees the document that was written when the answer is still to come", async () => {
    const found: unknown[] = [];
    cosmos.onOperation(async (stage, { kind, container }) => {
      if (stage === "after" && kind === "create" && container === "messages") found.push(await exists("1"));
    });
    await create("1");
    expect(found).toEqual([true]);
  });
});

describe("the ledger", () => {
  it("counts each kind of operation, with its request units", async () => {
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

  it("is what the client is told", async () => {
    expect((await create("1")).requestCharge).toBe(6);
    expect((await messages.item("1", "t").read(EVENTUAL)).requestCharge).toBe(1);
  });

  it("charges a read of the newest state twice", async () => {
    await create("1");
    expect((await messages.item("1", "t").read()).requestCharge).toBe(2);
  });

  it("charges an operation that the data refused, and none that a fault did", async () => {
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

  it("does not have the newest document yet, nor its newest change", async () => {
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

  it("is not asked by a read of the newest state", async () => {
    await create("1");
    lag();
    expect((await messages.item("1", "t").read()).statusCode).toBe(200);
    lag();
    const { resources } = await messages.items.query("SELECT * FROM c").fetchAll();
    expect(resources).toHaveLength(1);
  });
});
