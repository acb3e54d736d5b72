import { BulkOperationType, ChangeFeedStartFrom, type Container, CosmosClient, type Database } from "@azure/cosmos";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TwinClock } from "../clock.ts";
import { CosmosDb } from "./cosmos-db.ts";

/* The embedded server would silently handle most of these requests differently from Cosmos DB. */
describe("the twin's Cosmos DB", () => {
  const cosmos = new CosmosDb({ clock: new TwinClock() });
  let client: CosmosClient;
  let database: Database;
  let messages: Container;

  beforeAll(async () => {
    await cosmos.start(0);
    client = new CosmosClient({ connectionString: cosmos.connectionString });
    ({ database } = await client.databases.create({ id: "test" }));
    ({ container: messages } = await database.containers.create({ id: "messages", partitionKey: "/threadId" }));
    await messages.items.create({ id: "1", threadId: "t" });
  });

  afterAll(async () => {
    client.dispose();
    await cosmos.stop();
  });

  const queryPartition = (query: string, partitionKey: string) =>
    messages.items.query({ query, parameters: [{ name: "@t", value: "t" }] }, { partitionKey }).fetchAll();

  it.each([
    "SELECT * FROM c",
    "SELECT * FROM c WHERE c.id = '1'",
    "SELECT * FROM c WHERE c.threadId = 'other'",
    "SELECT * FROM c WHERE c.threadId = @t OR c.id = '1'",
  ])("rejects a query limited to a partition by the option alone: %s", async (query) => {
    await expect(queryPartition(query, "t")).rejects.toMatchObject({
      code: 400,
      message: expect.stringMatching(/option/),
    });
  });

  it("rejects reading all documents of a partition without a query", async () => {
    const read = messages.items.readAll({ partitionKey: "t" }).fetchAll();
    await expect(read).rejects.toMatchObject({ code: 400, message: expect.stringMatching(/option/) });
  });

  it.each([
    "SELECT * FROM c OFFSET 1 LIMIT 1",
    "SELECT c.state FROM c GROUP BY c.state",
    "SELECT DISTINCT c.state FROM c",
    "SELECT * FROM c WHERE c.state LIKE 'a%'",
    "SELECT * FROM c WHERE c.at < GetCurrentDateTime()",
    "SELECT * FROM c WHERE c.id = 'none' AND c.at < GetCurrentDateTime()",
  ])("rejects a query with unsupported syntax: %s", async (query) => {
    await expect(messages.items.query(query).fetchAll()).rejects.toMatchObject({ code: 400 });
  });

  it("rejects a transactional batch", async () => {
    const batch = messages.items.batch([{ operationType: BulkOperationType.Read, id: "1" }], "t");
    await expect(batch).rejects.toThrow(/batch/);
  });

  it("rejects bulk operations", async () => {
    const bulk = messages.items.executeBulkOperations([
      { operationType: BulkOperationType.Read, id: "1", partitionKey: "t" },
    ]);
    expect((await bulk)[0]?.error).toMatchObject({ code: 400, message: expect.stringMatching(/bulk/) });
  });

  it("rejects the change feed", async () => {
    const feed = messages.items.getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning() });
    await expect(feed.readNext()).rejects.toMatchObject({ code: 400, message: expect.stringMatching(/change feed/) });
  });

  it("rejects an upsert with If-None-Match", async () => {
    const upsert = messages.items.upsert(
      { id: "1", threadId: "t" },
      { accessCondition: { type: "IfNoneMatch", condition: "*" } },
    );
    await expect(upsert).rejects.toMatchObject({ code: 400, message: expect.stringMatching(/If-None-Match/) });
  });

  it("rejects a read with If-None-Match", async () => {
    const { etag = "" } = await messages.item("1", "t").read();
    const read = messages.item("1", "t").read({ accessCondition: { type: "IfNoneMatch", condition: etag } });
    await expect(read).rejects.toMatchObject({ code: 400, message: expect.stringMatching(/If-None-Match/) });
  });

  it("rejects a replace that changes the id", async () => {
    const replace = messages.item("1", "t").replace({ id: "2", threadId: "t" });
    await expect(replace).rejects.toMatchObject({ code: 400, message: expect.stringMatching(/id/) });
  });

  it("rejects a document over 2 MB, with 413", async () => {
    const create = messages.items.create({ id: "large", threadId: "t", text: "x".repeat(2 * 1024 * 1024) });
    await expect(create).rejects.toMatchObject({ code: 413 });
  });

  it.each([
    { title: "a hierarchical partition key", definition: { partitionKey: { paths: ["/a", "/b"], version: 2 } } },
    {
      title: "a unique key with two paths",
      definition: { uniqueKeyPolicy: { uniqueKeys: [{ paths: ["/a", "/b"] }] } },
    },
  ])("rejects a container with $title", async ({ definition }) => {
    const create = database.containers.create({ id: "refused", ...definition });
    await expect(create).rejects.toMatchObject({ code: 400, message: expect.stringMatching(/does not support/) });
  });

  it("rejects replacing a container, which would lose its documents", async () => {
    const replace = messages.replace({ id: "messages", partitionKey: { paths: ["/threadId"] } });
    await expect(replace).rejects.toMatchObject({ code: 400, message: expect.stringMatching(/replacing a container/) });
  });

  it("rejects a stored procedure", async () => {
    const create = messages.scripts.storedProcedures.create({ id: "p", body: "function () {}" });
    await expect(create).rejects.toMatchObject({ code: 400 });
  });

  it("rejects a body that is not JSON", async () => {
    const response = messages.items.query("SELECT").fetchAll();
    await expect(response).rejects.toMatchObject({ code: 400 });
  });
});
