import { globSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { zipSync } from "fflate";
import * as z from "zod";
import { BUNDLE, buildApp, NOTICE_FILES } from "../../build.ts";
import { buildConsole } from "../../console/build.ts";
import { runCommand } from "./command.ts";

const HELP = `npm run package

Builds the app and packs it into dist/hilo.zip: the bundle with the licences of what it contains, the console, host.json and
package.json.

  --help    print this help`;

const ROOT = join(import.meta.dirname, "../..");
/** Path of the package, relative to the root of the repository. */
export const PACKAGE = "dist/hilo.zip";
/** The date of all files in the package, so that the same app gives the same package. */
const DATE = new Date(2020, 0, 1);

const packageJsonSchema = z.object({ name: z.string(), version: z.string(), main: z.string() });

/** Builds the app and packs it. @returns the size of the package in bytes. */
export const packageApp = async (): Promise<number> => {
  await Promise.all([buildApp(), buildConsole()]);
  // The bundle contains every library, so the manifest lists no dependencies.
  const manifest = packageJsonSchema.parse(JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")));
  const files = await Promise.all(
    ["host.json", ...BUNDLE, ...NOTICE_FILES, ...consoleFiles()].map(
      async (name) => [name, await readFile(join(ROOT, name))] as const,
    ),
  );
  const zip = zipSync(
    { ...Object.fromEntries(files), "package.json": Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`) },
    { mtime: DATE, level: 9 },
  );
  const path = join(ROOT, PACKAGE);
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, zip);
  await rename(draft, path);
  return zip.length;
};

/** The files of the console, relative to the root of the repository. */
const consoleFiles = (): readonly string[] =>
  globSync("dist/console/**", { cwd: ROOT, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .toSorted();

const main = async (): Promise<number> => {
  const { values } = parseArgs({ options: { help: { type: "boolean" } } });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const bytes = await packageApp();
  console.log(`${PACKAGE}: ${(bytes / 1e6).toFixed(2)} MB`);
  return 0;
};

if (import.meta.main) await runCommand(HELP, main);
