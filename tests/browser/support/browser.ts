import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type BrowserServer, chromium } from "playwright-core";

const ROOT = join(import.meta.dirname, "../../..");

/** Without the switches of the package for cloud functions, which turn off security checks of the browser. */
const SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-sync", "--disable-component-update"];

/** Browsers that people have, for machines on which the packaged one does not run. */
const INSTALLED = ["chrome", "msedge"] as const;

/** Starts a browser. @returns undefined when this machine has none. */
export const startBrowser = async (): Promise<BrowserServer | undefined> => {
  if (process.platform === "linux" && process.arch === "x64") {
    return chromium.launchServer({ executablePath: await packagedBrowser(), args: SWITCHES });
  }
  for (const channel of INSTALLED) {
    const server = await chromium.launchServer({ channel }).catch(() => undefined);
    if (server) return server;
  }
  return undefined;
};

/** Unpacks the browser of the package on first use. @returns the path of the program. */
const packagedBrowser = async (): Promise<string> => {
  const { devDependencies } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const folder = join(ROOT, ".twin", `chromium-${devDependencies["@sparticuz/chromium"]}`);
  await mkdir(folder, { recursive: true });
  // The package unpacks into the folder for temporary files, and takes any browser that it finds there.
  const { TMPDIR } = process.env;
  process.env.TMPDIR = folder;
  try {
    const { default: packaged } = await import("@sparticuz/chromium");
    const path = await packaged.executablePath();
    if (!existsSync(path)) throw new Error(`The browser was not unpacked to ${path}.`);
    return path;
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
};
