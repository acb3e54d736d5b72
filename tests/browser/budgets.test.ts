import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { startTestSystem } from "../system/support/test-system.ts";
import { HAS_BROWSER, Person } from "./support/console-page.ts";

const CONSOLE = join(import.meta.dirname, "../../dist/console");
/** The most that a browser loads to show the inbox for the first time: scripts and styles, compressed, in bytes. */
const FIRST_LOAD = 270_000;
const ALL = 450_000;

const compressed = (file: string): number => gzipSync(readFileSync(join(CONSOLE, file)), { level: 9 }).length;

describe.skipIf(!HAS_BROWSER)("the console", () => {
  it("loads at most 270 kB for the inbox, and has at most 450 kB in all", async () => {
    const system = await startTestSystem();
    const ana = await Person.open(system, "ana");
    const { page } = await ana.openConsole();
    const loaded = await page.evaluate(() =>
      performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname),
    );
    const assets = [...new Set(loaded.filter((path) => path.startsWith("/console/assets/")))];
    expect(assets.length).toBeGreaterThan(1);
    const first = assets.reduce((sum, path) => sum + compressed(path.slice("/console/".length)), 0);
    const all = readdirSync(join(CONSOLE, "assets"))
      .filter((name) => /\.(js|css)$/.test(name))
      .reduce((sum, name) => sum + compressed(`assets/${name}`), 0);
    console.log(`The inbox loads ${Math.round(first / 1000)} kB of ${Math.round(all / 1000)} kB.`);
    expect(first).toBeLessThan(FIRST_LOAD);
    expect(all).toBeLessThan(ALL);
  });

  it("asks for little while nothing happens: two requests a minute, and those of its beginning", async () => {
    const system = await startTestSystem();
    const ana = await Person.open(system, "ana");
    const { page } = await ana.openConsole();
    await page.clock.install();
    await page.waitForTimeout(1_000);
    let requests = 0;
    page.on("request", (request) => {
      if (request.url().includes("/api/")) requests += 1;
    });
    await page.clock.runFor("05:00");
    expect(requests).toBeLessThanOrEqual(5 * 2 + 2);
  });
});
