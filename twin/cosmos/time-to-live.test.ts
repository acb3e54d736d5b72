import { type Container, CosmosClient } from "@azure/cosmos";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TwinClock } from "../clock.ts";
import { CosmosDb } from "./cosmos-db.ts";

let clock: TwinClock;
let cosmos: CosmosDb;
let client: CosmosClient;

beforeEach(async () => {
  clock = new TwinClock();
  cosmos = new CosmosDb({ clock });
  await cosmos.start(0);
  client = new CosmosClient({ connectionString: cosmos.connectionString });
  await client.databases.create({ id: "test" });
});

afterEach(async () => {
  client.dispose();
  await cosmos.stop();
});

const createContainer = async (defaultTtl?: number): Promise<Container> => {
  const definition = { id: "messages", partitionKey: "/threadId", ...(defaultTtl !== undefined && { defaultTtl }) };
  return (await client.database("test").containers.create(definition)).container;
};
const create = (container: Container, id: string, ttl?: number) =>
  container.items.create({ id, threadId: "t", ...(ttl !== undefined && { ttl }) });
const idsIn = async (container: Container): Promise<string[]> =>
  (await container.items.query("SELECT * FROM c").fetchAll()).resources.map(({ id }) => id);
const advanceSeconds = (seconds: number) => clock.advance(seconds * 1000);

describe("a container whose documents may have a time to live", () => {
  it("removes a document when its time is over, and keeps the others", async () => {
    const container = await createContainer(-1);
    await create(container, "short", 60);
    await create(container, "long", 3600);
    await create(container, "endless");
    advanceSeconds(58);
    expect(await idsIn(container)).toEqual(["short", "long", "endless"]);
    advanceSeconds(3);
    expect(await idsIn(container)).toEqual(["long", "endless"]);
    expect((await container.item("short", "t").read()).statusCode).toBe(404);
  });

  it("counts the time from the last write", async () => {
    const container = await createContainer(-1);
    await create(container, "1", 60);
    advanceSeconds(50);
    await container.item("1", "t").patch([{ op: "set", path: "/text", value: "hello" }]);
    advanceSeconds(50);
    expect(await idsIn(container)).toEqual(["1"]);
    advanceSeconds(11);
    expect(await idsIn(container)).toEqual([]);
  });

  it("lets a document expire that got its time to live later, and keeps one that lost it", async () => {
    const container = await createContainer(-1);
    await create(container, "later");
    await create(container, "lost", 60);
    await container.item("later", "t").patch([{ op: "set", path: "/ttl", value: 60 }]);
    await container.item("lost", "t").replace({ id: "lost", threadId: "t" });
    advanceSeconds(61);
    expect(await idsIn(container)).toEqual(["lost"]);
  });

  it("keeps a document that was created with the id of one that expires, after that was deleted", async () => {
    const container = await createContainer(-1);
    await create(container, "1", 60);
    await container.item("1", "t").delete();
    await create(container, "1");
    advanceSeconds(61);
    expect(await idsIn(container)).toEqual(["1"]);
  });

  it("allows a document with the id of an expired one", async () => {
    const container = await createContainer(-1);
    await create(container, "1", 60);
    advanceSeconds(61);
    expect((await create(container, "1")).statusCode).toBe(201);
  });

  it("gives its default to documents without one, and lets -1 except a document from it", async () => {
    const container = await createContainer(60);
    await create(container, "default");
    await create(container, "endless", -1);
    advanceSeconds(61);
    expect(await idsIn(container)).toEqual(["endless"]);
  });

  it.each([0, -2, 1.5])("rejects %d as the time to live of a document or a container", async (ttl) => {
    const container = await createContainer(-1);
    await expect(create(container, "1", ttl)).rejects.toMatchObject({ code: 400 });
    const other = client.database("test").containers.create({ id: "other", partitionKey: "/a", defaultTtl: ttl });
    await expect(other).rejects.toMatchObject({ code: 400 });
  });
});

describe("a container without a time to live", () => {
  it("ignores that of its documents", async () => {
    const container = await createContainer();
    await create(container, "1", 60);
    advanceSeconds(61);
    expect(await idsIn(container)).toEqual(["1"]);
  });
});
