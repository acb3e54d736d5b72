import { execFile } from "node:child_process";
import { globSync, statSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";

const compress = promisify(brotliCompress);
const run = promisify(execFile);

const VITE = join(dirname(createRequire(import.meta.url).resolve("vite/package.json")), "bin/vite.js");

const OUTPUT = join(import.meta.dirname, "../dist/console");
const PAGE = join(OUTPUT, "index.html");
/** Everything that the page is made of, and the versions of its packages. */
const SOURCES = ["src/**", "public/**", "index.html", "vite.config.ts", "package.json", "../package-lock.json"];
/** Other files are too small, or are not served. */
const COMPRESSED = "{index.html,assets/*}";

/** Builds the page into `dist/console`, unless it is newer than everything that it is made of. */
export const buildConsole = async (): Promise<void> => {
  if (isUpToDate()) return;
  // In a separate process: inside a test runner, Vite would build the page for development.
  const env = { ...process.env, NODE_ENV: "production" };
  await run(process.execPath, [VITE, "build", import.meta.dirname, "--logLevel", "warn"], { env });
  const files = globSync(COMPRESSED, { cwd: OUTPUT }).map((name) => join(OUTPUT, name));
  await Promise.all(files.map(async (file) => writeFile(`${file}.br`, await compress(await readFile(file)))));
};

const isUpToDate = (): boolean => {
  const built = statSync(`${PAGE}.br`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = globSync(SOURCES, { cwd: import.meta.dirname });
  return sources.every((name) => statSync(join(import.meta.dirname, name)).mtimeMs < built);
};
