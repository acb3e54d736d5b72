import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const IMPORT = /(?:from|import)\s*\(?\s*"([^"]+)"/g;

const sourcesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => join(folder, file));

/** What a file imports: a path from the root for our own, a name for the rest. */
const importsOf = (file: string): string[] =>
  [...readFileSync(join(ROOT, file), "utf8").matchAll(IMPORT)].map(([, target = ""]) =>
    target.startsWith(".") ? relative(ROOT, join(ROOT, dirname(file), target)) : target,
  );

const violations = (folder: string, allowed: (target: string, file: string) => boolean): string[] =>
  sourcesIn(folder).flatMap((file) =>
    importsOf(file)
      .filter((target) => !allowed(target, file))
      .map((target) => `${file} imports ${target}`),
  );

const isOwn = (target: string): boolean => /^(functions|shared|infra|local|tests|azure-twin)\//.test(target);

/** Libraries that decide nothing about where the product runs. */
const PURE = ["zod", "libphonenumber-js/max", "sms-segments-calculator", "csv-parse/sync", "node:crypto"];

describe("imports point inward: functions -> shared <- infra", () => {
  it("lets shared/ import only itself and pure libraries", () => {
    expect(violations("shared", (target) => target.startsWith("shared/") || PURE.includes(target))).toEqual([]);
  });

  it("lets infra/ import no function and nothing local", () => {
    expect(violations("infra", (target) => !isOwn(target) || /^(infra|shared)\//.test(target))).toEqual([]);
  });

  it("lets functions/ import no adapter, except in main.ts, which puts everything together", () => {
    const allowed = (target: string, file: string) =>
      !isOwn(target) ||
      /^(functions|shared)\//.test(target) ||
      (file === "functions/main.ts" && target.startsWith("infra/"));
    expect(violations("functions", allowed)).toEqual([]);
  });

  it("registers functions in main.ts only", () => {
    const registering = sourcesIn("functions").filter((file) =>
      /\b(app|df\.app)\.(http|eventGrid|serviceBusQueue|timer|orchestration|activity)\(/.test(
        readFileSync(join(ROOT, file), "utf8"),
      ),
    );
    expect(registering).toEqual(["functions/main.ts"]);
  });

  it("keeps clock, chance and environment out of shared/", () => {
    const impure = sourcesIn("shared").filter((file) =>
      /\bDate\.now\(|new Date\(\)|Math\.random\(|randomUUID|process\.env|setTimeout\(/.test(
        readFileSync(join(ROOT, file), "utf8"),
      ),
    );
    expect(impure).toEqual([]);
  });

  it("lets Event Grid in the twin import nothing of the phone network", () => {
    expect(violations("twin/event-grid", (target) => !target.startsWith("twin/phone-network/"))).toEqual([]);
  });

  it("finds what it looks for", () => {
    expect(importsOf("functions/main.ts")).toContain("infra/container.ts");
  });
});
