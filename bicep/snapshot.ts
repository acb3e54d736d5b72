import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

const BICEP = import.meta.dirname;

const resourceSchema = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  apiVersion: z.string(),
  identity: z.unknown().optional(),
  sku: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).default({}),
});

/** A resource as the compiler predicts it. A value that only Azure knows is an expression: `[reference(...)]`. */
export type Resource = z.infer<typeof resourceSchema>;

const snapshotSchema = z.object({
  predictedResources: z.array(resourceSchema),
  diagnostics: z.array(z.unknown()),
});

/**
 * Reads the snapshot of a parameter file: everything that it would deploy. `npm run check:bicep` compares the snapshots
 * with the templates.
 * @param name - such as `params/main.prod`.
 */
export const snapshotOf = (name: string): z.infer<typeof snapshotSchema> =>
  snapshotSchema.parse(JSON.parse(readFileSync(join(BICEP, `${name}.snapshot.json`), "utf8")));

/** The names of all snapshots, as `snapshotOf` takes them. */
export const snapshotNames = (): readonly string[] =>
  globSync("{params,fixtures}/*.snapshot.json", { cwd: BICEP })
    .map((path) => path.replaceAll("\\", "/").replace(/\.snapshot\.json$/, ""))
    .sort();

/** The resources of one type that a parameter file would deploy. */
export const resourcesOf = (name: string, type: string): readonly Resource[] =>
  snapshotOf(name).predictedResources.filter((resource) => resource.type === type);

/** The app settings that a parameter file would deploy. */
export const appSettingsOf = (name: string): Readonly<Record<string, string>> => {
  const [settings] = resourcesOf(name, "Microsoft.Web/sites/config");
  return z.record(z.string(), z.string()).parse(settings?.properties);
};

/** All templates, by their path in `bicep/`. */
export const templates = (): readonly { readonly path: string; readonly source: string }[] =>
  globSync("**/*.{bicep,bicepparam}", { cwd: BICEP })
    .sort()
    .map((path) => ({ path, source: readFileSync(join(BICEP, path), "utf8") }));
