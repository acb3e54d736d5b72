import { randomUUID } from "node:crypto";
import { type Container, CosmosClient, type Database, type PatchRequestBody } from "@azure/cosmos";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { TwinClock } from "../clock.ts";
import { CosmosDb } from "./cosmos-db.ts";

/** Connection string of a real account to run the suite against, in a database created for it; defaults to the twin. */
const realAccount = process.env.TWIN_TEST_COSMOS;

describe(realAccount ? "Azure Cosmos DB" : "the twin's Cosmos DB", () => {
  // With two partitions, cross-partition results have to be merged.
  const twin = new CosmosDb({ clock: new TwinClock(), physicalPartitions: 2 });
  let client: CosmosClient;
  let database: Database;
  let conversations: Container;
  let threadId: string;

  beforeAll(async () => {
    if (!realAccount) await twin.start(0);
    client = new CosmosClient({
      connectionString: realAccount ?? twin.connectionString,
      connectionPolicy: { enableEndpointDiscovery: false },
    });
    ({ database } = await client.databases.create({ id: `conformance-${randomUUID()}` }));
    ({ container: conversations } = await database.containers.create({
      id: "conversations",
      partitionKey: "/threadId",
      indexingPolicy: {
        compositeIndexes: [
          [
            { path: "/rank", order: "descending" },
            { path: "/id", order: "descending" },
          ],
        ],
      },
    }));
  });

  afterAll(async () => {
    await database.delete();
    client.dispose();
    await twin.stop();
  });

  beforeEach(() => {
    threadId = randomUUID(); // one partition for each test
  });

  const create = (document: object) => conversations.items.create({ threadId, ...document });
  const item = (id: string) => conversations.item(id, threadId);
  const patch = (id: string, body: PatchRequestBody, etag?: string) =>
    item(id).patch(body, etag ? { accessCondition: { type: "IfMatch", condition: etag } } : undefined);

  const query = async (conditions: string, parameters: Record<string, string | number | boolean | null> = {}) => {
    const named = Object.entries({ threadId, ...parameters }).map(([name, value]) => ({ name: `@${name}`, value }));
    const text = { query: `SELECT * FROM c WHERE c.threadId = @threadId ${conditions}`, parameters: named };
    const { resources } = await conversations.items.query<{ id: string }>(text, { partitionKey: threadId }).fetchAll();
    return resources.map(({ id }) => id);
  };

  describe("a create", () => {
    it("stores the document with an ETag in quotes", async () => {
      const { resource, etag, statusCode } = await create({ id: "1", text: "¡Hola!" });
      expect(statusCode).toBe(201);
      expect(etag).toMatch(/^".+"$/);
      expect(resource).toMatchObject({ id: "1", threadId, text: "¡Hola!", _etag: etag });
    });

    it("is rejected with 409 when the partition has a document with that id", async () => {
      await create({ id: "1" });
      await expect(create({ id: "1" })).rejects.toMatchObject({ code: 409 });
    });

    it("accepts an id that exists in another partition", async () => {
      await create({ id: "1" });
      await expect(create({ id: "1", threadId: randomUUID() })).resolves.toMatchObject({ statusCode: 201 });
    });

    it.each(["twilio:SM0123", "+34600000001", "with space", "100% 'quoted'", "señal-🙂"])(
      "accepts the id %s, by which the document can be read",
      async (id) => {
        await create({ id });
        await expect(item(id).read()).resolves.toMatchObject({ statusCode: 200, resource: { id } });
      },
    );
  });

  describe("a point read", () => {
    it("returns the stored document and its ETag", async () => {
      const { etag } = await create({ id: "1", state: "queued" });
      const read = await item("1").read();
      expect(read).toMatchObject({ statusCode: 200, etag, resource: { id: "1", state: "queued" } });
    });

    it("returns 404 and no resource for an unknown id", async () => {
      const { statusCode, resource } = await item("none").read();
      expect({ statusCode, resource }).toEqual({ statusCode: 404, resource: undefined });
    });

    it("does not find a document of another partition", async () => {
      await create({ id: "1" });
      await expect(conversations.item("1", randomUUID()).read()).resolves.toMatchObject({ statusCode: 404 });
    });
  });

  describe("a replace", () => {
    it("changes the ETag", async () => {
      const { etag: first } = await create({ id: "1" });
      const { etag: second } = await item("1").replace({ id: "1", threadId, state: "queued" });
      expect(second).not.toBe(first);
    });

    it("succeeds with the current ETag and is rejected with 412 with an older one", async () => {
      const { etag: first } = await create({ id: "1", turn: 0 });
      const ifMatch = { accessCondition: { type: "IfMatch", condition: first } };
      await expect(item("1").replace({ id: "1", threadId, turn: 1 }, ifMatch)).resolves.toMatchObject({
        statusCode: 200,
      });
      await expect(item("1").replace({ id: "1", threadId, turn: 2 }, ifMatch)).rejects.toMatchObject({ code: 412 });
      await expect(item("1").read()).resolves.toMatchObject({ resource: { turn: 1 } });
    });

    it("succeeds for exactly one of many concurrent writers with the same ETag", async () => {
      const { etag } = await create({ id: "1" });
      const ifMatch = { accessCondition: { type: "IfMatch", condition: etag } };
      const replaces = Array.from({ length: 10 }, (_, turn) => item("1").replace({ id: "1", threadId, turn }, ifMatch));
      const outcomes = await Promise.allSettled(replaces);
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    });

    it("is rejected with 404 when there is no such document", async () => {
      await expect(item("none").replace({ id: "none", threadId })).rejects.toMatchObject({ code: 404 });
    });

    it("is rejected with 400 when the document has another partition key than the request", async () => {
      await create({ id: "1" });
      const replaced = item("1").replace({ id: "1", threadId: randomUUID() });
      await expect(replaced).rejects.toMatchObject({ code: 400, substatus: 1001 });
    });
  });

  describe("an upsert", () => {
    it("creates a document, then replaces it", async () => {
      const document = { id: "1", threadId };
      await expect(conversations.items.upsert(document)).resolves.toMatchObject({ statusCode: 201 });
      await expect(conversations.items.upsert(document)).resolves.toMatchObject({ statusCode: 200 });
    });

    it("is rejected with 412 with an older ETag", async () => {
      const { etag } = await create({ id: "1" });
      await item("1").replace({ id: "1", threadId });
      const ifMatch = { accessCondition: { type: "IfMatch", condition: etag } };
      await expect(conversations.items.upsert({ id: "1", threadId }, ifMatch)).rejects.toMatchObject({ code: 412 });
    });
  });

  describe("a delete", () => {
    it("removes the document, and is rejected with 404 the second time", async () => {
      await create({ id: "1" });
      await expect(item("1").delete()).resolves.toMatchObject({ statusCode: 204 });
      await expect(item("1").delete()).rejects.toMatchObject({ code: 404 });
    });

    it("is rejected with 412 with an older ETag", async () => {
      const { etag } = await create({ id: "1" });
      await item("1").replace({ id: "1", threadId });
      const ifMatch = { accessCondition: { type: "IfMatch", condition: etag } };
      await expect(item("1").delete(ifMatch)).rejects.toMatchObject({ code: 412 });
    });
  });

  describe("a patch", () => {
    it("sets, adds, increments and removes properties atomically", async () => {
      await create({ id: "1", state: "queued", load: 1, held: { old: {} }, tags: ["a"] });
      const { resource } = await patch("1", [
        { op: "set", path: "/state", value: "active" },
        { op: "incr", path: "/load", value: 2 },
        { op: "incr", path: "/declines", value: 1 },
        { op: "remove", path: "/held/old" },
        { op: "set", path: "/held/new", value: { since: 5 } },
        { op: "add", path: "/tags/-", value: "b" },
        { op: "add", path: "/tags/0", value: "z" },
      ]);
      expect(resource).toMatchObject({ state: "active", load: 3, declines: 1, tags: ["z", "a", "b"] });
      expect(resource?.held).toEqual({ new: { since: 5 } });
    });

    it("writes below an object that an earlier operation created", async () => {
      await create({ id: "1" });
      const { resource } = await patch("1", [
        { op: "set", path: "/held", value: {} },
        { op: "set", path: "/held/c1", value: 1 },
      ]);
      expect(resource?.held).toEqual({ c1: 1 });
    });

    it.each<{ title: string; operations: PatchRequestBody & unknown[] }>([
      { title: "sets a property of a missing parent", operations: [{ op: "set", path: "/held/c1", value: 1 }] },
      { title: "increments a property of a missing parent", operations: [{ op: "incr", path: "/held/c1", value: 1 }] },
      { title: "removes a missing property", operations: [{ op: "remove", path: "/held" }] },
      { title: "replaces a missing property", operations: [{ op: "replace", path: "/held", value: 1 }] },
      { title: "increments a string", operations: [{ op: "incr", path: "/state", value: 1 }] },
      { title: "changes the id", operations: [{ op: "set", path: "/id", value: "2" }] },
      { title: "changes the partition key", operations: [{ op: "set", path: "/threadId", value: "2" }] },
      {
        title: "has more than 10 operations",
        operations: Array.from({ length: 11 }, () => ({ op: "set" as const, path: "/x", value: 1 })),
      },
    ])("changes nothing and is rejected with 400 when it $title", async ({ operations }) => {
      const { resource: before } = await create({ id: "1", state: "queued" });
      await expect(patch("1", operations)).rejects.toMatchObject({ code: 400 });
      expect((await item("1").read()).resource).toEqual(before);
    });

    it("applies none of its operations when one of them fails", async () => {
      await create({ id: "1", load: 1 });
      const operations: PatchRequestBody = [
        { op: "incr", path: "/load", value: 1 },
        { op: "remove", path: "/none" },
      ];
      await expect(patch("1", operations)).rejects.toMatchObject({ code: 400 });
      await expect(item("1").read()).resolves.toMatchObject({ resource: { load: 1 } });
    });

    it("is rejected with 404 when there is no such document", async () => {
      await expect(patch("none", [{ op: "set", path: "/x", value: 1 }])).rejects.toMatchObject({ code: 404 });
    });

    it("succeeds with the current ETag and is rejected with 412 with an older one", async () => {
      const { etag = "" } = await create({ id: "1", load: 0 });
      const operations: PatchRequestBody = [{ op: "incr", path: "/load", value: 1 }];
      await expect(patch("1", operations, etag)).resolves.toMatchObject({ resource: { load: 1 } });
      await expect(patch("1", operations, etag)).rejects.toMatchObject({ code: 412 });
    });

    const incrementIf = (condition: string) =>
      patch("1", { condition, operations: [{ op: "incr", path: "/load", value: 2 }] });

    it.each([
      "from c where c.load + 2 <= c.maxLoad",
      "from c where c.agentState = 'Available' and c.load < 3",
      'from c where NOT IS_DEFINED(c.heldItems["Thread.1"])',
      'from c where c.agentState = "Busy" or (c.load = 1 and c.maxLoad >= 2.5)',
      "FROM c WHERE IS_DEFINED(c.heldItems.a1) AND ARRAY_CONTAINS(c.skills, 'Español')",
      'from c where c.note = "3 of \\"5\\""',
    ])("is applied when the document matches: %s", async (condition) => {
      await create({ id: "1", ...AGENT });
      await expect(incrementIf(condition)).resolves.toMatchObject({ resource: { load: 3 } });
    });

    it.each([
      "from c where c.load + 3 <= c.maxLoad",
      "from c where c.agentState = 'available'",
      'from c where NOT IS_DEFINED(c.heldItems["a1"])',
      "from c where c.none = 1",
    ])("changes nothing and is rejected with 412 when the document does not match: %s", async (condition) => {
      await create({ id: "1", ...AGENT });
      await expect(incrementIf(condition)).rejects.toMatchObject({ code: 412 });
      await expect(item("1").read()).resolves.toMatchObject({ resource: { load: 1 } });
    });

    it("is rejected with 400 when its condition is invalid", async () => {
      await create({ id: "1" });
      const operations: PatchRequestBody = { condition: "c.load <", operations: [{ op: "set", path: "/x", value: 1 }] };
      await expect(patch("1", operations)).rejects.toMatchObject({ code: 400 });
    });

    it("succeeds only as often as its condition allows when many are concurrent", async () => {
      await create({ id: "1", load: 0, heldItems: {} });
      const claims = Array.from({ length: 8 }, (_, n) =>
        patch("1", {
          condition: `from c where c.load + 1 <= 3 and not is_defined(c.heldItems["c${n}"])`,
          operations: [
            { op: "incr", path: "/load", value: 1 },
            { op: "set", path: `/heldItems/c${n}`, value: true },
          ],
        }),
      );
      const outcomes = await Promise.allSettled(claims);
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
      await expect(item("1").read()).resolves.toMatchObject({ resource: { load: 3 } });
    });
  });

  describe("a query of one partition", () => {
    beforeEach(async () => {
      await create({ id: "a", state: "queued", priority: 2, queuedAt: "2026-01-03T00:00:00Z", skills: ["es", "en"] });
      await create({ id: "b", state: "queued", priority: 1, queuedAt: "2026-01-01T00:00:00Z", skills: ["en"] });
      await create({
        id: "c",
        state: "active",
        priority: 1,
        queuedAt: "2026-01-02T00:00:00Z",
        skills: [],
        agent: null,
      });
    });

    it("returns no document of another partition", async () => {
      await create({ id: "d", state: "queued", threadId: randomUUID() });
      await expect(query("ORDER BY c.id")).resolves.toEqual(["a", "b", "c"]);
    });

    it.each<[string, Record<string, string | number>, string[]]>([
      ["AND c.state = @state", { state: "queued" }, ["a", "b"]],
      ['AND c["state"] = @state AND c.priority = 1', { state: "queued" }, ["b"]],
      ["AND c.priority >= @least", { least: 2 }, ["a"]],
      ["AND c.queuedAt <= @due", { due: "2026-01-02T00:00:00Z" }, ["b", "c"]],
      ["AND c.state IN ('active', 'waiting')", {}, ["c"]],
      ["AND (c.state = 'active' OR c.priority = 2)", {}, ["a", "c"]],
      ["AND NOT (c.state = 'active')", {}, ["a", "b"]],
      ["AND ARRAY_CONTAINS(c.skills, @skill)", { skill: "en" }, ["a", "b"]],
      ["AND STARTSWITH(c.id, @start)", { start: "b" }, ["b"]],
      ["AND IS_DEFINED(c.agent)", {}, ["c"]],
      ["AND c.agent = null", {}, ["c"]],
      ["AND c.state = @none", {}, []],
    ])("filters by %s %j", async (conditions, parameters, ids) => {
      expect((await query(conditions, parameters)).sort()).toEqual(ids);
    });

    it.each([
      ["ORDER BY c.queuedAt", ["b", "c", "a"]],
      ["ORDER BY c.queuedAt DESC", ["a", "c", "b"]],
    ])("sorts by %s", async (order, ids) => {
      await expect(query(order)).resolves.toEqual(ids);
    });

    it("counts documents", async () => {
      const text = {
        query: "SELECT VALUE COUNT(1) FROM c WHERE c.threadId = @threadId AND c.state = 'queued'",
        parameters: [{ name: "@threadId", value: threadId }],
      };
      const { resources } = await conversations.items.query<number>(text, { partitionKey: threadId }).fetchAll();
      expect(resources).toEqual([2]);
    });

    it("projects properties", async () => {
      const text = {
        query: "SELECT c.id, c.priority AS rank FROM c WHERE c.threadId = @threadId AND c.id = 'a'",
        parameters: [{ name: "@threadId", value: threadId }],
      };
      const { resources } = await conversations.items.query(text, { partitionKey: threadId }).fetchAll();
      expect(resources).toEqual([{ id: "a", rank: 2 }]);
    });

    it("resumes at its continuation token without gaps or repetitions", async () => {
      const text = {
        query: "SELECT * FROM c WHERE c.threadId = @threadId ORDER BY c.queuedAt",
        parameters: [{ name: "@threadId", value: threadId }],
      };
      const ids: string[] = [];
      let continuationToken: string | undefined;
      do {
        const options = { partitionKey: threadId, maxItemCount: 1, ...(continuationToken && { continuationToken }) };
        const page = await conversations.items.query<{ id: string }>(text, options).fetchNext();
        ids.push(...page.resources.map(({ id }) => id));
        continuationToken = page.continuationToken;
      } while (continuationToken);
      expect(ids).toEqual(["b", "c", "a"]);
    });
  });

  describe("a query of all partitions", () => {
    const querySpec = (text: string, mark: string) => ({
      query: text,
      parameters: [{ name: "@mark", value: mark }],
    });

    const idOf = (n: number) => `d${String(n).padStart(2, "0")}`;

    /** Creates twelve documents in different partitions, and returns the mark that they share. */
    const createDocuments = async (): Promise<string> => {
      const mark = randomUUID();
      const documents = Array.from({ length: 12 }, (_, n) => ({ id: idOf(n), rank: n % 4, mark }));
      await Promise.all(documents.map((document) => create({ ...document, threadId: randomUUID() })));
      return mark;
    };

    it("sorts the documents", async () => {
      const mark = randomUUID();
      for (const [id, rank] of Object.entries({ x: 3, y: 1, z: 2 })) {
        await create({ id, rank, mark, threadId: randomUUID() });
      }
      const spec = querySpec("SELECT * FROM c WHERE c.mark = @mark ORDER BY c.rank", mark);
      const { resources } = await conversations.items.query(spec).fetchAll();
      expect(resources.map(({ id }) => id)).toEqual(["y", "z", "x"]);
    });

    it("returns the top rows by several sort keys", async () => {
      const text = "SELECT TOP 5 * FROM c WHERE c.mark = @mark ORDER BY c.rank DESC, c.id DESC";
      const spec = querySpec(text, await createDocuments());
      const { resources } = await conversations.items.query(spec, { forceQueryPlan: true }).fetchAll();
      expect(resources.map(({ id }) => id)).toEqual(["d11", "d07", "d03", "d10", "d06"]);
    });

    it("has no continuation token when its results are merged, but can be iterated", async () => {
      const spec = querySpec("SELECT * FROM c WHERE c.mark = @mark ORDER BY c.id", await createDocuments());
      const results = conversations.items.query(spec, { maxItemCount: 5 });
      const first = await results.fetchNext();
      expect(first.continuationToken).toBeUndefined();
      const ids: string[] = first.resources.map(({ id }) => id);
      while (results.hasMoreResults()) ids.push(...((await results.fetchNext()).resources ?? []).map(({ id }) => id));
      expect(ids).toEqual(Array.from({ length: 12 }, (_, n) => idOf(n)));
    });

    it("returns all matches without a sort", async () => {
      const spec = querySpec("SELECT * FROM c WHERE c.mark = @mark", await createDocuments());
      const { resources } = await conversations.items.query(spec, { maxItemCount: 5 }).fetchAll();
      expect(new Set(resources.map(({ id }) => id)).size).toBe(12);
    });

    it("is rejected when it sorts by several keys without a composite index", async () => {
      const text = "SELECT * FROM c WHERE c.mark = @mark ORDER BY c.rank, c.mark";
      const results = conversations.items.query(querySpec(text, await createDocuments()));
      await expect(results.fetchAll()).rejects.toMatchObject({ code: 400 });
    });
  });

  describe("createIfNotExists", () => {
    it("leaves an existing database and container as they are", async () => {
      const existing = await client.databases.createIfNotExists({ id: database.id });
      const container = await existing.database.containers.createIfNotExists({
        id: "conversations",
        partitionKey: "/threadId",
      });
      expect([existing.statusCode, container.statusCode]).toEqual([200, 200]);
    });
  });

  describe("a missing container", () => {
    it("rejects requests with 404", async () => {
      const missing = database.container("missing").item("1", "1");
      await expect(missing.replace({ id: "1" })).rejects.toMatchObject({ code: 404 });
    });
  });
});

/** A document for patch conditions, with capitals that a lowercased condition would miss. */
const AGENT = {
  agentState: "Available",
  load: 1,
  maxLoad: 3,
  heldItems: { a1: { since: 1 } },
  skills: ["Español"],
  note: '3 of "5"',
};
