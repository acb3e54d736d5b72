import { randomUUID } from "node:crypto";
import { type Container, CosmosClient, type Database, type PatchRequestBody } from "@azure/cosmos";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { TwinClock } from "../clock.ts";
import { CosmosDb } from "./cosmos-db.ts";

/** A connection string of a real account: the suite then runs against that, in a database of its own. */
const realAccount = process.env.HILO_TEST_COSMOS;

describe(realAccount ? "Azure Cosmos DB" : "the twin's Cosmos DB", () => {
  // Two partitions, so that their answers have to be put together.
  const twin = new CosmosDb({ clock: new TwinClock(), partitionRanges: 2 });
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
    threadId = randomUUID(); // a partition for each test
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

    it("is refused with 409 when the partition has a document of that id", async () => {
      await create({ id: "1" });
      await expect(create({ id: "1" })).rejects.toMatchObject({ code: 409 });
    });

    it("takes an id that another partition has", async () => {
      await create({ id: "1" });
      await expect(create({ id: "1", threadId: randomUUID() })).resolves.toMatchObject({ statusCode: 201 });
    });

    it.each(["twilio:SM0123", "+34600000001", "with space", "100% 'quoted'", "señal-🙂"])(
      "takes the id %s, and it can be read",
      async (id) => {
        await create({ id });
        await expect(item(id).read()).resolves.toMatchObject({ statusCode: 200, resource: { id } });
      },
    );
  });

  describe("a point read", () => {
    it("gives what was stored and its ETag", async () => {
      const { etag } = await create({ id: "1", state: "queued" });
      const read = await item("1").read();
      expect(read).toMatchObject({ statusCode: 200, etag, resource: { id: "1", state: "queued" } });
    });

    it("gives no resource and 404 when there is none", async () => {
      const { statusCode, resource } = await item("none").read();
      expect({ statusCode, resource }).toEqual({ statusCode: 404, resource: undefined });
    });

    it("finds no document of another partition", async () => {
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

    it("is made under the present ETag and refused with 412 under an older one", async () => {
      const { etag: first } = await create({ id: "1", turn: 0 });
      const under = { accessCondition: { type: "IfMatch", condition: first } };
      await expect(item("1").replace({ id: "1", threadId, turn: 1 }, under)).resolves.toMatchObject({
        statusCode: 200,
      });
      await expect(item("1").replace({ id: "1", threadId, turn: 2 }, under)).rejects.toMatchObject({ code: 412 });
      await expect(item("1").read()).resolves.toMatchObject({ resource: { turn: 1 } });
    });

    it("is won by exactly one of many that were read together", async () => {
      const { etag } = await create({ id: "1" });
      const under = { accessCondition: { type: "IfMatch", condition: etag } };
      const races = Array.from({ length: 10 }, (_, turn) => item("1").replace({ id: "1", threadId, turn }, under));
      const outcomes = await Promise.allSettled(races);
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    });

    it("is refused with 404 when there is no such document", async () => {
      await expect(item("none").replace({ id: "none", threadId })).rejects.toMatchObject({ code: 404 });
    });
  });

  describe("an upsert", () => {
    it("creates, then replaces", async () => {
      const document = { id: "1", threadId };
      await expect(conversations.items.upsert(document)).resolves.toMatchObject({ statusCode: 201 });
      await expect(conversations.items.upsert(document)).resolves.toMatchObject({ statusCode: 200 });
    });

    it("is refused with 412 under an older ETag", async () => {
      const { etag } = await create({ id: "1" });
      await item("1").replace({ id: "1", threadId });
      const under = { accessCondition: { type: "IfMatch", condition: etag } };
      await expect(conversations.items.upsert({ id: "1", threadId }, under)).rejects.toMatchObject({ code: 412 });
    });
  });

  describe("a delete", () => {
    it("removes the document, and is refused with 404 the second time", async () => {
      await create({ id: "1" });
      await expect(item("1").delete()).resolves.toMatchObject({ statusCode: 204 });
      await expect(item("1").delete()).rejects.toMatchObject({ code: 404 });
    });

    it("is refused with 412 under an older ETag", async () => {
      const { etag } = await create({ id: "1" });
      await item("1").replace({ id: "1", threadId });
      const under = { accessCondition: { type: "IfMatch", condition: etag } };
      await expect(item("1").delete(under)).rejects.toMatchObject({ code: 412 });
    });
  });

  describe("a patch", () => {
    it("sets, adds, replaces, counts and removes in one step", async () => {
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

    it("writes below an object that an earlier operation made", async () => {
      await create({ id: "1" });
      const { resource } = await patch("1", [
        { op: "set", path: "/held", value: {} },
        { op: "set", path: "/held/c1", value: 1 },
      ]);
      expect(resource?.held).toEqual({ c1: 1 });
    });

    it.each<{ title: string; operations: PatchRequestBody & unknown[] }>([
      { title: "writes below what isn't there", operations: [{ op: "set", path: "/held/c1", value: 1 }] },
      { title: "counts below what isn't there", operations: [{ op: "incr", path: "/held/c1", value: 1 }] },
      { title: "removes what isn't there", operations: [{ op: "remove", path: "/held" }] },
      { title: "replaces what isn't there", operations: [{ op: "replace", path: "/held", value: 1 }] },
      { title: "counts what is no number", operations: [{ op: "incr", path: "/state", value: 1 }] },
      { title: "changes the id", operations: [{ op: "set", path: "/id", value: "2" }] },
      { title: "changes the partition key", operations: [{ op: "set", path: "/threadId", value: "2" }] },
      {
        title: "has more than 10 operations",
        operations: Array.from({ length: 11 }, () => ({ op: "set" as const, path: "/x", value: 1 })),
      },
    ])("changes nothing and is refused with 400 when it $title", async ({ operations }) => {
      const { resource: before } = await create({ id: "1", state: "queued" });
      await expect(patch("1", operations)).rejects.toMatchObject({ code: 400 });
      expect((await item("1").read()).resource).toEqual(before);
    });

    it("makes none of its operations when one of them fails", async () => {
      await create({ id: "1", load: 1 });
      const operations: PatchRequestBody = [
        { op: "incr", path: "/load", value: 1 },
        { op: "remove", path: "/none" },
      ];
      await expect(patch("1", operations)).rejects.toMatchObject({ code: 400 });
      await expect(item("1").read()).resolves.toMatchObject({ resource: { load: 1 } });
    });

    it("is refused with 404 when there is no such document", async () => {
      await expect(patch("none", [{ op: "set", path: "/x", value: 1 }])).rejects.toMatchObject({ code: 404 });
    });

    it("is made under the present ETag and refused with 412 under an older one", async () => {
      const { etag = "" } = await create({ id: "1", load: 0 });
      const operations: PatchRequestBody = [{ op: "incr", path: "/load", value: 1 }];
      await expect(patch("1", operations, etag)).resolves.toMatchObject({ resource: { load: 1 } });
      await expect(patch("1", operations, etag)).rejects.toMatchObject({ code: 412 });
    });

    it.each([
      "from c where c.load + 2 <= c.maxLoad",
      "from c where c.agentState = 'Available' and c.load < 3",
      'from c where NOT IS_DEFINED(c.heldItems["Thread.1"])',
      'from c where c.agentState = "Busy" or (c.load = 1 and c.maxLoad >= 2.5)',
      "FROM c WHERE IS_DEFINED(c.heldItems.a1) AND ARRAY_CONTAINS(c.skills, 'Español')",
      'from c where c.note = "3 of \\"5\\""',
    ])("is made when the document fulfils: %s", async (condition) => {
      await create({ id: "1", ...AGENT });
      const operations: PatchRequestBody = { condition, operations: [{ op: "incr", path: "/load", value: 2 }] };
      await expect(patch("1", operations)).resolves.toMatchObject({ resource: { load: 3 } });
    });

    it.each([
      "from c where c.load + 3 <= c.maxLoad",
      "from c where c.agentState = 'available'",
      'from c where NOT IS_DEFINED(c.heldItems["a1"])',
      "from c where c.none = 1",
    ])("changes nothing and is refused with 412 when the document does not fulfil: %s", async (condition) => {
      await create({ id: "1", ...AGENT });
      const operations: PatchRequestBody = { condition, operations: [{ op: "incr", path: "/load", value: 2 }] };
      await expect(patch("1", operations)).rejects.toMatchObject({ code: 412 });
      await expect(item("1").read()).resolves.toMatchObject({ resource: { load: 1 } });
    });

    it("is refused with 400 when its condition is no condition", async () => {
      await create({ id: "1" });
      const operations: PatchRequestBody = { condition: "c.load <", operations: [{ op: "set", path: "/x", value: 1 }] };
      await expect(patch("1", operations)).rejects.toMatchObject({ code: 400 });
    });

    it("under a condition lets through as many of a crowd as there is room for", async () => {
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

    it("gives no document of another partition", async () => {
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
    ])("gives the documents in the order of %s", async (order, ids) => {
      await expect(query(order)).resolves.toEqual(ids);
    });

    it("counts", async () => {
      const text = {
        query: "SELECT VALUE COUNT(1) FROM c WHERE c.threadId = @threadId AND c.state = 'queued'",
        parameters: [{ name: "@threadId", value: threadId }],
      };
      const { resources } = await conversations.items.query<number>(text, { partitionKey: threadId }).fetchAll();
      expect(resources).toEqual([2]);
    });

    it("gives chosen properties", async () => {
      const text = {
        query: "SELECT c.id, c.priority AS rank FROM c WHERE c.threadId = @threadId AND c.id = 'a'",
        parameters: [{ name: "@threadId", value: threadId }],
      };
      const { resources } = await conversations.items.query(text, { partitionKey: threadId }).fetchAll();
      expect(resources).toEqual([{ id: "a", rank: 2 }]);
    });

    it("is continued by its token, in another client's hands, without gap or repetition", async () => {
      const text = {
        query: "SELECT * FROM c WHERE c.threadId = @threadId ORDER BY c.queuedAt",
        parameters: [{ name: "@threadId", value: threadId }],
      };
      const ids: string[] = [];
      let continuationToken: string | undefined;
      do {
        const options = { partitionKey: threadId, maxItemCount: 1, continuationToken };
        const page = await conversations.items.query<{ id: string }>(text, options).fetchNext();
        ids.push(...page.resources.map(({ id }) => id));
        continuationToken = page.continuationToken;
      } while (continuationToken);
      expect(ids).toEqual(["b", "c", "a"]);
    });
  });

  describe("a query of all partitions", () => {
    it("gives the documents of each, in order", async () => {
      const mark = randomUUID();
      for (const [id, rank] of [
        ["x", 3],
        ["y", 1],
        ["z", 2],
      ] as const) {
        await create({ id, rank, mark, threadId: randomUUID() });
      }
      const text = {
        query: "SELECT * FROM c WHERE c.mark = @mark ORDER BY c.rank",
        parameters: [{ name: "@mark", value: mark }],
      };
      const { resources } = await conversations.items.query(text).fetchAll();
      expect(resources.map(({ id }) => id)).toEqual(["y", "z", "x"]);
    });

    describe("of many partitions", () => {
      const marked = (conditions: string, mark: string) => ({
        query: `SELECT ${conditions}`,
        parameters: [{ name: "@mark", value: mark }],
      });

      const fill = async (): Promise<string> => {
        const mark = randomUUID();
        await Promise.all(
          Array.from({ length: 12 }, (_, n) =>
            create({ id: `d${String(n).padStart(2, "0")}`, rank: n % 4, mark, threadId: randomUUID() }),
          ),
        );
        return mark;
      };

      it("gives the first of all, by several sort keys", async () => {
        const text = marked("TOP 5 * FROM c WHERE c.mark = @mark ORDER BY c.rank DESC, c.id DESC", await fill());
        const { resources } = await conversations.items.query(text, { forceQueryPlan: true }).fetchAll();
        expect(resources.map(({ id }) => id)).toEqual(["d11", "d07", "d03", "d10", "d06"]);
      });

      it("gives no token to go on by when the answers were put in order, but goes on in the same hands", async () => {
        const text = marked("* FROM c WHERE c.mark = @mark ORDER BY c.id", await fill());
        const results = conversations.items.query(text, { maxItemCount: 5 });
        const first = await results.fetchNext();
        expect(first.continuationToken).toBeUndefined();
        const ids: string[] = first.resources.map(({ id }) => id);
        while (results.hasMoreResults()) ids.push(...((await results.fetchNext()).resources ?? []).map(({ id }) => id));
        expect(ids).toEqual(Array.from({ length: 12 }, (_, n) => `d${String(n).padStart(2, "0")}`));
      });

      it("gives all that a filter finds, unsorted", async () => {
        const { resources } = await conversations.items
          .query(marked("* FROM c WHERE c.mark = @mark", await fill()), { maxItemCount: 5 })
          .fetchAll();
        expect(new Set(resources.map(({ id }) => id)).size).toBe(12);
      });

      it("refuses to sort by several keys without a composite index of them", async () => {
        const text = marked("* FROM c WHERE c.mark = @mark ORDER BY c.rank, c.mark", await fill());
        await expect(conversations.items.query(text).fetchAll()).rejects.toMatchObject({ code: 400 });
      });
    });
  });

  describe("creating databases and containers", () => {
    it("is idempotent by createIfNotExists", async () => {
      const again = await client.databases.createIfNotExists({ id: database.id });
      const container = await again.database.containers.createIfNotExists({
        id: "conversations",
        partitionKey: "/threadId",
      });
      expect([again.statusCode, container.statusCode]).toEqual([200, 200]);
    });

    it("leaves a request in a container that isn't there refused with 404", async () => {
      const missing = database.container("missing").item("1", "1");
      await expect(missing.replace({ id: "1" })).rejects.toMatchObject({ code: 404 });
    });
  });
});

/** A document for the conditions of patches, with capitals where it matters. */
const AGENT = {
  agentState: "Available",
  load: 1,
  maxLoad: 3,
  heldItems: { a1: { since: 1 } },
  skills: ["Español"],
  note: '3 of "5"',
};
