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
/** The files that are deployed. */
export const BUNDLE: readonly string[] = [MAIN, SDKS];

/** Leaves the large libraries out of the main file: they have a file for themselves. */
const sdksApart: Plugin = {
  name: "sdks-apart",
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/sdks\.ts$/ }, ({ kind }) =>
      kind === "dynamic-import" ? { path: "./sdks.cjs", external: true } : undefined,
    );
  },
};

/**
 * Bundles the app for the deployment: `main.cjs`, and `sdks.cjs` with the large libraries. They contain everything except
 * the module that the host supplies. Each file is replaced as a whole, so that a starting host never reads half of one.
 */
export const buildApp = async (): Promise<void> => {
  const results = await Promise.all([
    build({
      ...COMMON,
      entryPoints: ["functions/main.ts"],
      outfile: MAIN,
      external: ["@azure/functions-core"],
      plugins: [sdksApart],
      // Node reads a CommonJS file twice when it is imported, and once when it is required.
      supported: { "dynamic-import": false },
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
