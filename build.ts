import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";

const COMMON: BuildOptions = {
  absWorkingDir: import.meta.dirname,
  bundle: true,
  platform: "node",
  target: "node22",
  format: "cjs",
  minify: true,
  sourcemap: "linked",
  legalComments: "none",
  logLevel: "warning",
  write: false,
};

const MAIN = "dist/main.cjs";
const SDKS = "dist/sdks.cjs";
/** What is deployed of it. */
export const BUNDLE: readonly string[] = [MAIN, SDKS];

/** Leaves the large libraries to the file that they are built into. */
const sdksApart: Plugin = {
  name: "sdks-apart",
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/sdks\.ts$/ }, ({ kind }) =>
      kind === "dynamic-import" ? { path: "./sdks.cjs", external: true } : undefined,
    );
  },
};

/**
 * Bundles the app into what is deployed: `main.cjs`, and `sdks.cjs` with the large libraries. Everything is in them but
 * the module that the host supplies. A host that starts at the same moment finds each file of before or the new one,
 * never half of one.
 */
export const buildApp = async (): Promise<void> => {
  const results = await Promise.all([
    build({
      ...COMMON,
      entryPoints: ["functions/main.ts"],
      outfile: MAIN,
      external: ["@azure/functions-core"],
      plugins: [sdksApart],
    }),
    build({ ...COMMON, entryPoints: ["infra/sdk/sdks.ts"], outfile: SDKS }),
  ]);
  for (const { path, contents } of results.flatMap(({ outputFiles }) => outputFiles ?? [])) {
    const draft = `${path}.${process.pid}`;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(draft, contents);
    await rename(draft, path);
  }
};

if (import.meta.main) await buildApp();
