import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { describe, expect, it, onTestFinished, vi } from "vitest";
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
  it("packs only what the host needs, and is reproducible", async () => {
    const zip = await pack();
    expect(Object.keys(unzipSync(zip)).toSorted()).toEqual([
      "dist/main.cjs",
      "dist/sdks.cjs",
      "host.json",
      "package.json",
    ]);
    expect(await pack()).toEqual(zip);
  });

  it("produces a package that plays the whole conversation from any folder", async () => {
    const folder = mkdtempSync(join(tmpdir(), "hilo-package-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const [name, content] of Object.entries(unzipSync(await pack()))) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
    const log = vi.spyOn(console, "log").mockReturnValue();
    const twin = await LocalEnvironment.start({ ports: FREE_PORTS, appRoot: folder });
    onTestFinished(() => twin.stop());
    await play(twin, SAMPLE_CHANNEL_NUMBER);
    expect(log).toHaveBeenLastCalledWith("  ✓ Kim's phone shows: It left our warehouse this morning.");
  });
});
