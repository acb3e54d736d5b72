import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TwinClock } from "../clock.ts";
import { Containers, prefilteredView } from "./containers.ts";
import { createAccount, type Documents, type JsonObject } from "./embedded-server.ts";
import { equalityPredicates, prefilter } from "./equality-filter.ts";

const containerOf = (documents: readonly JsonObject[]): Documents => {
  const account = createAccount();
  account.databases.create({ id: "d" });
  account.database("d").collections.create({ id: "c", partitionKey: { paths: ["/p"] } });
  const container = new Containers(account, new TwinClock()).find({ database: "d", container: "c" });
  if (!container) throw new Error("no container");
  for (const [index, document] of documents.entries()) container.documents.create({ ...document, id: String(index) });
  return container.documents;
};

/** The first two pages of a query, or its error. */
const outcomeOf = (run: Documents["query"], text: Parameters<Documents["query"]>[0], maxItemCount: number | null) => {
  try {
    const first = run(text, { maxItemCount });
    const { continuation } = first ?? {};
    return [first, continuation ? run(text, { maxItemCount, continuation }) : undefined];
  } catch (error) {
    return String(error);
  }
};

const PARAMETERS = [
  { name: "@text", value: "x" },
  { name: "@number", value: 1 },
  { name: "@null", value: null },
  { name: "@list", value: ["x"] },
];

/** Mostly picks one of the few values that make conditions match documents, sometimes an edge case. */
const mostly = <T>(common: readonly T[], rare: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...common) }, { weight: 1, arbitrary: fc.constantFrom(...rare) });

const scalar = mostly<string | number | boolean | null>(["x", 1], ["y", "", 0, true, false, null]);
const nested = fc.record({ c: scalar }, { requiredKeys: [] });
const documents = fc.array(
  fc.record(
    { a: scalar, b: fc.oneof(scalar, nested), tags: fc.array(scalar), p: fc.constantFrom("p1", "p2") },
    { requiredKeys: ["p"] },
  ),
  { minLength: 5, maxLength: 25 },
);

const member = mostly(["c.a", "c.b", 'c["a"]'], ["c.b.c", 'c["b"].c', "c.tags[0]", "c.tags.length", "c.p", "c.none"]);
const constant = mostly(
  ['"x"', "1", "@text", "@number"],
  ["'y'", '""', "0", "-1", "true", "null", "undefined", "@null", "@list", "@none"],
);
const equality = fc.oneof(
  fc.tuple(member, constant).map(([left, right]) => `${left} = ${right}`),
  fc.tuple(constant, member).map(([left, right]) => `${left} = ${right}`),
);
const other = fc.oneof(
  fc.tuple(member, fc.constantFrom("!=", "<", ">="), constant).map((parts) => parts.join(" ")),
  fc.tuple(member, member).map(([left, right]) => `${left} = ${right}`),
  member.map((path) => `IS_DEFINED(${path})`),
  member.map((path) => `${path} IN ("x", 1)`),
  constant.map((value) => `ARRAY_CONTAINS(c.tags, ${value})`),
  constant.map((value) => `EXISTS(SELECT VALUE t FROM t IN c.tags WHERE t = ${value})`),
  fc.tuple(equality, equality).map(([left, right]) => `(${left} OR ${right})`),
  fc.tuple(equality, equality).map(([left, right]) => `(${left} AND ${right})`),
  equality.map((condition) => `NOT (${condition})`),
);
const failing = fc.constant("NO_SUCH_FUNCTION(c.a)");
const anyCondition = fc.oneof(
  { weight: 10, arbitrary: equality },
  { weight: 10, arbitrary: other },
  { weight: 1, arbitrary: failing },
);
const condition = fc.array(anyCondition, { minLength: 1, maxLength: 3 }).map((conditions) => conditions.join(" AND "));
const query = fc
  .tuple(
    mostly(["SELECT *", "SELECT c.id, c.b"], ["SELECT VALUE c.a", "SELECT TOP 2 *", "SELECT VALUE COUNT(1)"]),
    mostly(["FROM c", "FROM everything c"], ["FROM c JOIN t IN c.tags", "FROM c IN c.tags"]),
    condition,
    fc.constantFrom("", "ORDER BY c.a", "ORDER BY c.p DESC"),
  )
  .map(([select, from, where, order]) => `${select} ${from} WHERE ${where} ${order}`);

describe("a query on a prefiltered view", () => {
  it("has the same result, pages and errors as on all documents", () => {
    let prefilteredHits = 0; // queries that were prefiltered and have a result
    fc.assert(
      fc.property(documents, query, fc.constantFrom(null, 2), (all, text, maxItemCount) => {
        const container = containerOf(all);
        const spec = { query: text, parameters: PARAMETERS };
        const expected = outcomeOf(container.query.bind(container), spec, maxItemCount);
        const view = prefilteredView(spec, container, container._data.values());
        expect(outcomeOf(container.query.bind(view), spec, maxItemCount)).toEqual(expected);
        const isPrefiltered = equalityPredicates(container._getQuery(text).ast.body, PARAMETERS).length > 0;
        if (isPrefiltered && Array.isArray(expected) && expected[0]?.result.length) prefilteredHits += 1;
      }),
      { numRuns: 500 },
    );
    expect(prefilteredHits).toBeGreaterThan(50);
  });
});

describe("equalityPredicates", () => {
  it.each([
    ["SELECT * FROM c WHERE c.a = @text AND c['b'].c = 1 AND null = c.d", [["a"], ["b", "c"], ["d"]]],
    ["SELECT * FROM people p WHERE p.a = 'x' AND (p.b = 'y' AND p.c < 3)", [["a"], ["b"]]],
    ["SELECT * FROM c WHERE c.a = 'x' OR c.b = 'y'", []],
    ["SELECT * FROM c WHERE NOT (c.a = 'x')", []],
    ["SELECT * FROM c WHERE c.a = c.b", []],
    ["SELECT * FROM c WHERE c.a = @list", []],
    ["SELECT * FROM t IN c.tags WHERE t.a = 'x'", []],
    ["SELECT * FROM c JOIN t IN c.tags WHERE c.a = 'x'", []],
    ["SELECT * FROM c", []],
  ])("finds in %s predicates on %j", (text, paths) => {
    const { ast } = containerOf([])._getQuery(text);
    expect(equalityPredicates(ast.body, PARAMETERS).map(({ path }) => path)).toEqual(paths);
  });
});

describe("prefilter", () => {
  it("keeps the documents that fulfil all predicates", () => {
    const { _data } = containerOf([
      { a: "x", b: 1, p: "p" },
      { a: "x", b: 2, p: "p" },
      { a: "y", b: 1, p: "p" },
    ]);
    const matching = prefilter(_data.values(), [
      { path: ["a"], value: "x" },
      { path: ["b"], value: 1 },
    ]);
    expect(matching.map((item) => item.read()?.id)).toEqual(["0"]);
  });
});
