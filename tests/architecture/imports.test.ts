import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  COMPOSITION_ROOT,
  consoleViolations,
  folderOrderViolations,
  importCycles,
  impurities,
  layerViolations,
  SOURCE_FILES,
  triggerRegistrations,
} from "./rules.ts";
import { COMPUTED, parseSource, type SourceFile } from "./source-file.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Every TypeScript file of the repository. */
const FILES: readonly SourceFile[] = globSync(SOURCE_FILES, { cwd: ROOT, exclude: ["**/node_modules/**"] })
  .map((path) => path.replaceAll("\\", "/"))
  .map((path) => parseSource(path, readFileSync(join(ROOT, path), "utf8")));

/** Without the tests, which may import fakes and other layers. */
const PRODUCT = FILES.filter(({ path }) => !path.endsWith(".test.ts"));

describe("the imports of a file", () => {
  const importsOf = (code: string) => parseSource("shared/routing/dispatch.ts", code).imports;

  it.each([
    ["import", 'import { match } from "./match.ts";'],
    ["import of types", 'import type { Match } from "./match.ts";'],
    ["import for its effect", 'import "./match.ts";'],
    ["import in single quotes over two lines", "import {\n  match,\n} from './match.ts';"],
    ["re-export", 'export { match } from "./match.ts";'],
    ["re-export of everything", 'export * from "./match.ts";'],
    ["re-export of types", 'export type { Match } from "./match.ts";'],
    ["dynamic import", 'const load = () => import("./match.ts");'],
    ["import in a type", 'type Match = import("./match.ts").Match;'],
    ["import by require", 'import match = require("./match.ts");'],
  ])("include its %s, as a path from the root", (_, code) => {
    expect(importsOf(code)).toEqual(["shared/routing/match.ts"]);
  });

  it("include a dynamic import whose target is computed", () => {
    expect(importsOf("const load = (name: string) => import(name);")).toEqual([COMPUTED]);
  });

  it("include a file of the twin's package, as a path from the root", () => {
    expect(importsOf('import { Cosmos } from "azure-twin/cosmos";')).toEqual(["twin/cosmos/index.ts"]);
    expect(importsOf('import { x } from "azure-twin/phone-network/acs/account";')).toEqual([
      "twin/phone-network/acs/account.ts",
    ]);
  });

  it("include packages by name", () => {
    expect(importsOf('import { z } from "zod";')).toEqual(["zod"]);
  });

  it("include no text that looks like an import", () => {
    expect(importsOf('const code = `import x from "./match.ts"`; // import "./match.ts"')).toEqual([]);
  });

  it("are found in the repository", () => {
    expect(FILES.length).toBeGreaterThan(500);
    expect(FILES.map(({ path }) => path)).toContain("build.ts");
    expect(FILES.find(({ path }) => path === COMPOSITION_ROOT)?.imports).toContain("infra/container.ts");
  });
});

describe("functions -> shared <- infra", () => {
  it.each([
    ["shared/routing/a.ts", "../../infra/config/config.ts"],
    ["shared/routing/a.ts", "../../functions/main.ts"],
    ["shared/routing/a.ts", "@azure/cosmos"],
    ["shared/routing/a.ts", "node:fs"],
    ["shared/routing/a.ts", "node:process"],
    ["infra/a.ts", "../functions/main.ts"],
    ["infra/a.ts", "../twin/clock.ts"],
    ["infra/a.ts", "azure-twin/clock"],
    ["functions/a.ts", "azure-twin/clock"],
    ["infra/a.ts", "../tests/fakes/fakes.ts"],
    ["infra/a.ts", "../build.ts"],
    ["functions/http/a.ts", "../../infra/config/config.ts"],
    ["twin/a.ts", "../shared/kernel/ids.ts"],
    ["console/a.ts", "../shared/kernel/ids.ts"],
    ["functions/a.ts", "../console/src/app/app.tsx"],
  ])("forbids %s to import %s", (path, target) => {
    expect(layerViolations([parseSource(path, `import type { X } from "${target}";`)])).toHaveLength(1);
  });

  it.each([
    ["shared/routing/a.ts", "../kernel/ids.ts"],
    ["shared/routing/a.ts", "zod"],
    ["infra/a.ts", "../shared/kernel/ids.ts"],
    ["infra/a.ts", "@azure/cosmos"],
    ["functions/a.ts", "../shared/kernel/ids.ts"],
    [COMPOSITION_ROOT, "../infra/container.ts"],
    ["local/a.ts", "../infra/config/config.ts"],
  ])("allows %s to import %s", (path, target) => {
    expect(layerViolations([parseSource(path, `import { x } from "${target}";`)])).toEqual([]);
  });

  it.each(["shared", "infra", "functions"])("forbids a computed import in %s/", (folder) => {
    const code = "const load = (name: string) => import(name);";
    expect(layerViolations([parseSource(`${folder}/a.ts`, code)])).toEqual([`${folder}/a.ts imports ${COMPUTED}`]);
  });

  it("holds in the repository", () => {
    expect(layerViolations(PRODUCT)).toEqual([]);
  });
});

describe("the order of the folders in shared/", () => {
  const importing = (path: string, target: string) => [parseSource(path, `import type { X } from "${target}";`)];

  it("allows an import of a folder above, and of one's own", () => {
    expect(folderOrderViolations(importing("shared/routing/a.ts", "../conversation/b.ts"))).toEqual([]);
    expect(folderOrderViolations(importing("shared/routing/a.ts", "./b.ts"))).toEqual([]);
    expect(folderOrderViolations(importing("shared/conversation/transition/a.ts", "../../kernel/b.ts"))).toEqual([]);
  });

  it("forbids an import of a folder below, of types too", () => {
    expect(folderOrderViolations(importing("shared/conversation/a.ts", "../routing/b.ts"))).toEqual([
      "shared/conversation/a.ts imports shared/routing/b.ts",
    ]);
  });

  it("forbids a folder that has no place in the order", () => {
    expect(folderOrderViolations(importing("shared/helpers/a.ts", "../kernel/b.ts"))).toHaveLength(1);
    expect(folderOrderViolations(importing("shared/routing/a.ts", "../helpers/b.ts"))).toHaveLength(1);
  });

  it("holds in the repository", () => {
    expect(folderOrderViolations(PRODUCT)).toEqual([]);
  });
});

describe("the folders of the console", () => {
  const importing = (path: string, target: string) => [parseSource(path, `import { x } from "${target}";`)];

  it.each([
    ["inbox/a.tsx", "./thread/b.tsx"],
    ["inbox/thread/a.tsx", "../../ui/b.ts"],
    ["inbox/a.tsx", "../presence/b.tsx"],
    ["session/a.tsx", "../services/b.ts"],
    ["app/a.tsx", "../inbox/b.tsx"],
    ["main.tsx", "./app/b.tsx"],
    ["main.tsx", "./base.css"],
    ["api/a.ts", "openapi-fetch"],
    ["ui/a.tsx", "react"],
  ])("allow %s to import %s", (path, target) => {
    expect(consoleViolations(importing(`console/src/${path}`, target))).toEqual([]);
  });

  it.each([
    ["console/src/ui/a.ts", "../inbox/b.ts"],
    ["console/src/ui/a.ts", "../api/b.ts"],
    ["console/src/outbox/a.ts", "../drafts/b.ts"],
    ["console/src/keys/a.ts", "../inbox/b.ts"],
    ["console/src/attention/a.tsx", "../inbox/b.tsx"],
    ["console/src/presence/a.tsx", "../inbox/b.tsx"],
    ["console/src/inbox/a.tsx", "../app/b.tsx"],
    ["console/src/inbox/a.tsx", "../main.tsx"],
    ["console/src/helpers/a.ts", "../ui/b.ts"],
    ["console/src/ui/a.ts", "../../build.ts"],
    ["console/src/ui/a.ts", "../../../shared/sms/text.ts"],
    ["console/src/inbox/a.tsx", "openapi-fetch"],
    ["console/src/api/a.ts", "oidc-client-ts"],
    ["build.ts", "./console/src/ui/segments.ts"],
    ["functions/http/a.ts", "../../console/src/ui/segments.ts"],
  ])("forbid %s to import %s", (path, target) => {
    expect(consoleViolations(importing(path, target))).toHaveLength(1);
  });

  it("forbid a computed import", () => {
    const code = "const load = (name: string) => import(name);";
    expect(consoleViolations([parseSource("console/src/app/a.ts", code)])).toHaveLength(1);
  });

  it.each(["new WebSocket(url)", "new EventSource(url)"])("allow `%s` in live/ only", (code) => {
    const open = `const open = (url: string) => ${code};`;
    expect(consoleViolations([parseSource("console/src/live/a.ts", open)])).toEqual([]);
    expect(consoleViolations([parseSource("console/src/inbox/a.ts", open)])).toHaveLength(1);
  });

  it("hold in the repository", () => {
    expect(consoleViolations(PRODUCT)).toEqual([]);
    expect(PRODUCT.filter(({ path }) => path.startsWith("console/src/")).length).toBeGreaterThan(50);
  });
});

describe("import cycles", () => {
  it("are found over several files, of types too", () => {
    const files = [
      parseSource("infra/a.ts", 'import { b } from "./b.ts";'),
      parseSource("infra/b.ts", 'import type { C } from "./c.ts";'),
      parseSource("infra/c.ts", 'export * from "./a.ts";'),
    ];
    expect(importCycles(files)).toEqual(["infra/a.ts -> infra/b.ts -> infra/c.ts -> infra/a.ts"]);
  });

  it("are not two ways to one file", () => {
    const files = [
      parseSource("infra/a.ts", 'import "./b.ts"; import "./c.ts";'),
      parseSource("infra/b.ts", 'import "./c.ts";'),
      parseSource("infra/c.ts", 'import "zod";'),
    ];
    expect(importCycles(files)).toEqual([]);
  });

  it("do not exist in the repository", () => {
    expect(importCycles(FILES)).toEqual([]);
  });
});

describe("clock, chance and environment", () => {
  it.each([
    "const now = Date.now();",
    "const now = new Date();",
    "const id = Math.random();",
    "const start = performance.now();",
    "const key = process.env.KEY;",
    "const id = crypto.randomUUID();",
    'import { randomUUID } from "node:crypto";',
    'import { randomUUID as makeId } from "node:crypto";',
    'import { setTimeout } from "node:timers/promises";',
    "setTimeout(() => {}, 10);",
  ])("are found in %j", (code) => {
    expect(impurities([parseSource("shared/a.ts", code)])).toHaveLength(1);
    expect(impurities([parseSource("functions/a.ts", code)])).toHaveLength(1);
    expect(impurities([parseSource(COMPOSITION_ROOT, code)])).toEqual([]);
    expect(impurities([parseSource("infra/a.ts", code)])).toEqual([]);
  });

  it.each([
    "const later = new Date(instant);",
    "const ms = Date.parse(instant);",
    'import { createHash } from "node:crypto";',
    "// Date.now()",
  ])("are not found in %j", (code) => {
    expect(impurities([parseSource("shared/a.ts", code)])).toEqual([]);
  });

  it("are used by nothing in shared/ and functions/ except main.ts", () => {
    expect(impurities(PRODUCT)).toEqual([]);
  });
});

describe("the registration of triggers", () => {
  it.each([
    'import { app } from "@azure/functions";',
    'import { app as functions } from "@azure/functions";',
    'import * as df from "durable-functions";',
    'import functions from "@azure/functions";',
  ])("is possible with %s", (code) => {
    expect(triggerRegistrations([parseSource("functions/a.ts", code)])).toEqual(["functions/a.ts"]);
  });

  it("is not possible with types and other values", () => {
    const code = 'import type { app } from "@azure/functions"; import { RetryOptions } from "durable-functions";';
    expect(triggerRegistrations([parseSource("functions/a.ts", code)])).toEqual([]);
  });

  it("is done in main.ts only", () => {
    expect(triggerRegistrations(PRODUCT)).toEqual([COMPOSITION_ROOT]);
  });
});

describe("Event Grid in the twin", () => {
  it("imports nothing of the phone network", () => {
    const eventGrid = FILES.filter(({ path }) => path.startsWith("twin/event-grid/"));
    expect(eventGrid.length).toBeGreaterThan(5);
    expect(
      eventGrid.flatMap(({ imports }) => imports).filter((target) => target.startsWith("twin/phone-network/")),
    ).toEqual([]);
  });
});
