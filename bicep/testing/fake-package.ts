import { registerHooks } from "node:module";

/**
 * Replaces the package of a deployment by nothing, in the process that preloads this module: a build takes longer than the
 * rest of a deployment with a fake `az`.
 */
registerHooks({
  load: (url, context, nextLoad) =>
    url.endsWith("/bicep/scripts/package.ts")
      ? {
          format: "module",
          shortCircuit: true,
          source: 'export const PACKAGE = "dist/hilo.zip"; export const packageApp = async () => 0;',
        }
      : nextLoad(url, context),
});
