import { build } from "esbuild";

/** Bundles the app into the one file that is deployed. Everything is in it but the module that the host supplies. */
export const buildApp = async (): Promise<void> => {
  await build({
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
  });
};

if (import.meta.main) await buildApp();
