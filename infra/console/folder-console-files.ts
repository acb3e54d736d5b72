import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { ConsoleFile, ConsoleFiles } from "../../shared/kernel/console-files.ts";

/** The ending of a file that is stored compressed too. */
const BROTLI = ".br";

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
};

/** Reads the built console from a folder. */
export class FolderConsoleFiles implements ConsoleFiles {
  readonly #folder: string;
  #names: ReadonlySet<string> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async find(path: string, acceptsBrotli: boolean): Promise<ConsoleFile | undefined> {
    this.#names ??= namesIn(this.#folder);
    const contentType = CONTENT_TYPES[extname(path)];
    if (contentType === undefined || !this.#names.has(path)) return undefined;
    const isCompressed = acceptsBrotli && this.#names.has(path + BROTLI);
    return {
      contentType,
      isImmutable: path.startsWith("assets/"),
      bytes: await readFile(join(this.#folder, isCompressed ? path + BROTLI : path)),
      encoding: isCompressed ? "br" : undefined,
    };
  }
}

/** Only names that are in the folder are ever read, so that no path leads out of it. */
const namesIn = (folder: string): ReadonlySet<string> => {
  if (!existsSync(folder)) return new Set();
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return new Set(files.map((file) => file.slice(folder.length + 1).replaceAll("\\", "/")));
};
