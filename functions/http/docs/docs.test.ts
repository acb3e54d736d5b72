import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeRoutes } from "../routes.ts";
import { withAccessTable } from "./access-table.ts";
import { unannouncedChanges } from "./breaking-changes.ts";
import { openApiJson } from "./openapi-document.ts";

const routes = makeRoutes();
const read = (file: string): string => readFileSync(join(import.meta.dirname, "../../..", file), "utf8");

describe("the documentation of the API", () => {
  it("shows in README.md who may make which request", () => {
    const readme = read("README.md");
    expect(readme === withAccessTable(readme, routes), "README.md is out of date: run npm run docs:api").toBe(true);
  });

  it("has the present API in docs/openapi.json", () => {
    const isPresent = read("docs/openapi.json") === openApiJson(routes);
    expect(isPresent, "docs/openapi.json is out of date: run npm run docs:api").toBe(true);
  });

  it("refuses unknown members of a request at every depth", () => {
    const { paths, components } = JSON.parse(openApiJson(routes));
    const operations = Object.values<Record<string, { requestBody?: object }>>(paths).flatMap(Object.values);
    const schemas: unknown[] = operations.map(({ requestBody }) => requestBody);
    // The list grows by the schemas to which it refers.
    for (const schema of schemas) {
      const names = [...(JSON.stringify(schema) ?? "").matchAll(/#\/components\/schemas\/(\w+)/g)].map(
        ([, name = ""]) => name,
      );
      schemas.push(...names.map((name) => components.schemas[name]).filter((named) => !schemas.includes(named)));
    }
    const open: unknown[] = [];
    JSON.stringify(schemas, (_, value) => {
      if (value?.properties && value.additionalProperties !== false) open.push(Object.keys(value.properties));
      return value;
    });
    expect(open).toEqual([]);
    expect(schemas.length).toBeGreaterThan(operations.length);
  });

  it("breaks no client of the last release without a new version", () => {
    const changes = unannouncedChanges(JSON.parse(read("docs/openapi.released.json")), JSON.parse(openApiJson(routes)));
    expect(changes, "breaks clients; docs/changing-the-api.md says what to do").toEqual([]);
  });
});

describe("the table of requests", () => {
  it("replaces what stands between its markers, and nothing else", () => {
    const text = "before\n<!-- access:begin -->\noutdated\n<!-- access:end -->\nafter\n";
    const written = withAccessTable(text, routes);
    expect(written.startsWith("before\n<!-- access:begin -->\n| request |")).toBe(true);
    expect(written.endsWith("<!-- access:end -->\nafter\n")).toBe(true);
    expect(written).not.toContain("outdated");
    expect(withAccessTable(written, routes)).toBe(written);
  });

  it("cannot be written into a text without its markers", () => {
    expect(() => withAccessTable("no table", routes)).toThrow("access:begin");
  });
});
