import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { buildConsole } from "./console/build.ts";
import { noticesOf } from "./licence-notices.ts";

const COMMON: BuildOptions = {
  absWorkingDir: import.meta.dirname,
  bundle: true,
  platform: "node",
  target: "node22",
  format: "cjs",
  minify: true,
  sourcemap: "linked",
  sourcesContent: false, // they are on the disk beside the map
  legalComments: "linked",
  define: { "import.meta.dirname": "__dirname" },
  metafile: true,
  logLevel: "warning",
  write: false,
};

const MAIN = "dist/main.cjs";
const SDKS = "dist/sdks.cjs";
/** The code that is deployed. */
export const BUNDLE: readonly string[] = [MAIN, SDKS];
const NOTICES = "dist/NOTICES.txt";
/** The licences of the packages in the bundle, and the legal comments of their code. They are deployed with it. */
export const NOTICE_FILES: readonly string[] = [NOTICES, ...BUNDLE.map((file) => `${file}.LEGAL.txt`)];

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
 * the module that the host supplies, and come with the notices that its licences require. Each file is replaced as a whole, so that a starting host never reads half of one.
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
  const inputs = results.flatMap(({ metafile }) => Object.keys(metafile?.inputs ?? {}));
  const files = results.flatMap(({ outputFiles }) => outputFiles ?? []);
  for (const { path, contents } of files) await replace(path, contents);
  await replace(join(import.meta.dirname, NOTICES), noticesOf(import.meta.dirname, inputs));
};

const replace = async (path: string, contents: Uint8Array | string): Promise<void> => {
  const draft = `${path}.${process.pid}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(draft, contents);
  await rename(draft, path);
};

if (import.meta.main) await Promise.all([buildApp(), buildConsole()]);
