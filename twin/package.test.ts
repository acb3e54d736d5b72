import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, it } from "vitest";

const IMPORT = /(?:from|import)\s*\(?\s*"(\.[^"]+)"/g;

const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".ts"),
);

/** The relative imports of a file, as paths from the folder of this package. */
const importsOf = (file: string): string[] =>
  [...readFileSync(join(import.meta.dirname, file), "utf8").matchAll(IMPORT)].map(([, target = ""]) =>
    relative(".", join(dirname(file), target)),
  );

it("imports no file from outside of the package", () => {
  const outside = sources.flatMap((file) => importsOf(file).filter((target) => target.startsWith("..")));
  expect(outside).toEqual([]);
  expect(importsOf("functions-host/worker/main.ts")).toContain("functions-host/log.ts");
});

it("has a README with the current example and all exports", () => {
  const read = (file: string) => readFileSync(join(import.meta.dirname, file), "utf8");
  const readme = read("README.md");
  expect(readme).toContain(read("examples/service-bus.test.ts").trim());
  const { exports }: { exports: Record<string, string> } = JSON.parse(read("package.json"));
  for (const name of Object.keys(exports)) expect(readme).toContain(`\`azure-twin${name.slice(1)}\``);
});
