import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { play } from "../../local/demo.ts";
import { FREE_PORTS, LocalEnvironment } from "../../local/environment.ts";
import { SAMPLE_CHANNEL_NUMBER } from "../../local/sample-organisation.ts";
import { PACKAGE, packageApp } from "./package.ts";

const ROOT = join(import.meta.dirname, "../..");

const pack = async () => {
  await packageApp();
  return readFileSync(join(ROOT, PACKAGE));
};

describe("npm run package", () => {
  let zip: Buffer;
  beforeAll(async () => {
    zip = await pack();
  });

  it("packs only what the host needs, and is reproducible", async () => {
    const names = Object.keys(unzipSync(zip)).map((name) => name.replace(/-[\w-]{8}\./, "-HASH."));
    expect([...new Set(names)].toSorted()).toEqual([
      "dist/NOTICES.txt",
      "dist/console/NOTICES.md",
      "dist/console/assets/index-HASH.css",
      "dist/console/assets/index-HASH.css.br",
      "dist/console/assets/index-HASH.js",
      "dist/console/assets/index-HASH.js.br",
      "dist/console/icon.svg",
      "dist/console/index.html",
      "dist/console/index.html.br",
      "dist/main.cjs",
      "dist/main.cjs.LEGAL.txt",
      "dist/sdks.cjs",
      "dist/sdks.cjs.LEGAL.txt",
      "host.json",
      "package.json",
    ]);
    expect(await pack()).toEqual(zip);
  });

  it("carries the licence notices of every package that it contains", async () => {
    const files = unzipSync(zip);
    const textOf = (name: string) => Buffer.from(files[name] ?? []).toString("utf8");
    const [, ...notices] = textOf("dist/NOTICES.txt").split(/^-{80}$/m);
    const named = notices.map((notice) => /^(\S+) \d+\.\d+\.\d+/.exec(notice.trim())?.[1]);
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    expect(named).toEqual(expect.arrayContaining(Object.keys(dependencies)));
    for (const notice of notices) expect(notice).toMatch(/copyright|licen[cs]e|apache|unlicense/i);
    expect(notices.filter((notice) => /permission is hereby granted/i.test(notice)).length).toBeGreaterThan(80);
    for (const file of ["dist/main.cjs", "dist/sdks.cjs"]) {
      const linked = /license information please see ([\w.]+)/.exec(textOf(file))?.[1];
      expect(files).toHaveProperty([`dist/${linked}`]);
    }
  });

  it("produces a package that plays the whole conversation from any folder", async () => {
    const folder = mkdtempSync(join(tmpdir(), "hilo-package-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const [name, content] of Object.entries(unzipSync(zip))) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
    const log = vi.spyOn(console, "log").mockReturnValue();
    const twin = await LocalEnvironment.start({ ports: FREE_PORTS, appRoot: folder });
    onTestFinished(() => twin.stop());
    const page = await fetch(`${twin.addresses.functions}/console/`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("/console/assets/index-")]);
    await play(twin, SAMPLE_CHANNEL_NUMBER);
    expect(log).toHaveBeenLastCalledWith("  ✓ Kim's phone shows: It left our warehouse this morning.");
  });
});
