import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { build } from "esbuild";

/**
 * Bundles the app into the one file that is deployed. Everything is in it but the module that the host supplies. A
 * host that starts at the same moment finds the bundle of before or the new one, never half of one.
 */
export const buildApp = async (): Promise<void> => {
  const { outputFiles } = await build({
    absWorkingDir: import.meta.dirname,
    entryPoints: ["functions/main.ts"],
    outfile: "dist/main.cjs",
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    minify: true,
    sourcemap: "linked",
    external: ["@azure/functions-core"],
    legalComments: "none",
    logLevel: "warning",
    write: false,
  });
  for (const { path, contents } of outputFiles) {
    const draft = `${path}.${process.pid}`;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(draft, contents);
    await rename(draft, path);
  }
};

if (import.meta.main) await buildApp();
