import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { ConsoleFile, ConsoleFiles } from "../../shared/kernel/console-files.ts";

/** The ending of a file that is stored compressed too. */
const BROTLI = ".br";

/** A file in the folder or in a folder below it. No part begins with a dot, so that no path leads out of the folder. */
const FILE_PATH = /^[a-z0-9_-][\w.-]*(\/[a-z0-9_-][\w.-]*)*$/i;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Reads the built console from a folder. */
export class FolderConsoleFiles implements ConsoleFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async find(path: string, acceptsBrotli: boolean): Promise<ConsoleFile | undefined> {
    const contentType = CONTENT_TYPES[extname(path)];
    if (contentType === undefined || !FILE_PATH.test(path)) return undefined;
    const file = join(this.#folder, path);
    const compressed = acceptsBrotli ? await readIfExists(file + BROTLI) : undefined;
    const bytes = compressed ?? (await readIfExists(file));
    if (!bytes) return undefined;
    return { contentType, isImmutable: path.startsWith("assets/"), bytes, encoding: compressed && "br" };
  }
}

/** The codes of the system for a path at which there is no file, or cannot be one. */
const NO_FILE: readonly unknown[] = ["ENOENT", "ENOTDIR", "ENAMETOOLONG"];

const readIfExists = async (file: string): Promise<Buffer | undefined> => {
  try {
    return await readFile(file);
  } catch (error) {
    if (NO_FILE.includes((error as NodeJS.ErrnoException).code)) return undefined;
    throw error;
  }
};
