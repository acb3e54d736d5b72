import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { STORED_SAMPLES, type StoredSample } from "../../tests/fixtures/stored-samples.ts";

const FIXTURES = join(import.meta.dirname, "../../tests/fixtures");

type Documents = Readonly<Record<string, unknown>>;

/** The documents of each version, by the names of their samples. Those of 0.1.0 are in a separate fixture. */
const DOCUMENTS: ReadonlyMap<number, Documents> = new Map(
  readdirSync(FIXTURES).flatMap((file) => {
    const version = Number(/^(?:documents|new-documents)-v(\d+)\.json$/.exec(file)?.[1] ?? 0);
    return version === 0 || file === "documents-v1.json"
      ? []
      : [[version, JSON.parse(readFileSync(join(FIXTURES, file), "utf8"))] as const];
  }),
);

const json = (document: unknown): unknown => JSON.parse(JSON.stringify(document));

const adviceFor = ({ name, document }: StoredSample): string =>
  [
    `The stored shape of "${name}" differs from tests/fixtures/documents-v${document.v}.json.`,
    "Documents of that shape exist: see docs/decisions/0014-stored-documents-have-their-own-shape.md for how to add a",
    "member or a version. The document is now:",
    JSON.stringify(document),
  ].join("\n");

describe.each(STORED_SAMPLES)("the document of: $name", (sample) => {
  const { name, value, document, read, rewrite } = sample;

  it("has the shape that its version has in the fixtures", () => {
    expect(json(document), adviceFor(sample)).toEqual(DOCUMENTS.get(document.v)?.[name]);
  });

  it("is read as the value that it was made from", () => {
    expect(read(json(document))).toEqual(value);
  });

  it("is read in every version of the fixtures, and written in the current one", () => {
    const versions = [...DOCUMENTS.values()].flatMap((documents) => documents[name] ?? []);
    expect(versions.length).toBeGreaterThan(0);
    for (const older of versions) expect(rewrite(older).v).toBe(document.v);
  });

  it("is refused in a version that a later release wrote", () => {
    const { v } = document;
    expect(() => read({ ...document, v: v + 1 })).toThrow(
      `has version ${v + 1}, and this release reads up to version ${v}: deploy a later release`,
    );
  });
});

describe("the fixtures of stored documents", () => {
  it("hold no document without a sample", () => {
    const names = STORED_SAMPLES.map(({ name }) => name);
    for (const documents of DOCUMENTS.values()) expect(names).toEqual(expect.arrayContaining(Object.keys(documents)));
  });
});
