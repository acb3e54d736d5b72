import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

/** Copies the repository to a folder from which no compiler is found. */
const copyRepository = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "hilo-check-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(join(ROOT, "bicep"), join(folder, "bicep"), { recursive: true });
  cpSync(join(ROOT, "package.json"), join(folder, "package.json"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(join(ROOT, "node_modules/zod"), join(folder, "node_modules/zod"));
  return folder;
};

/** Writes a fake compiler. `commands` maps a command, such as `lint`, to a line of shell script. */
const writeFakeCompiler = (folder: string, commands: Readonly<Record<string, string>>): string => {
  const path = join(folder, "fake-bicep");
  const cases = Object.entries(commands).map(([command, script]) => `  ${command}) ${script} ;;`);
  writeFileSync(
    path,
    `#!/bin/sh\ncase "$1" in\n  --version) echo "Bicep CLI version 0.0.0" ;;\n${cases.join("\n")}\nesac\n`,
  );
  chmodSync(path, 0o755);
  return path;
};

const check = (folder: string, settings: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, [join(folder, "bicep/scripts/check.ts")], {
    encoding: "utf8",
    env: { PATH: "/nowhere", HOME: folder, ...settings },
  });

const checkWith = (commands: Readonly<Record<string, string>>) => {
  const folder = copyRepository();
  return check(folder, { BICEP_CLI: writeFakeCompiler(folder, commands), PATH: process.env.PATH });
};

describe("npm run check:bicep", () => {
  it("prints SKIPPED and what to do when there is no compiler", () => {
    const { status, stdout } = check(copyRepository());
    expect(status).toBe(0);
    expect(stdout).toMatch(/^SKIPPED: bicep, no Bicep compiler \(version .*\); .*az bicep install.*\n$/);
  });

  it("fails without a compiler when one is required", () => {
    const { status, stderr } = check(copyRepository(), { REQUIRE_BICEP: "1" });
    expect(status).toBe(1);
    expect(stderr).toContain("no Bicep compiler");
  });

  it("fails when BICEP_CLI names no file", () => {
    const { status, stderr } = check(copyRepository(), { BICEP_CLI: "/nowhere/bicep" });
    expect(status).toBe(1);
    expect(stderr).toContain("BICEP_CLI is /nowhere/bicep");
  });

  it("fails when a rule is broken, also without a compiler", () => {
    const folder = copyRepository();
    const roles = join(folder, "bicep/modules/roles.bicep");
    writeFileSync(roles, readFileSync(roles, "utf8").replaceAll("(storage.id, appPrincipalId,", "(storage.id, 'app',"));
    const { status, stderr } = check(folder);
    expect(status).toBe(1);
    expect(stderr).toBe("roles: the name of appOwnsBlobs in bicep/modules/roles.bicep lacks its principal\n");
  });

  it("passes when the compiler finds no problem", () => {
    const { status, stdout, stderr } = checkWith({});
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toContain("snapshots and rules are correct");
  });

  it.each([
    ["a warning", "lint", 'echo "main.bicep(1,1) : Warning no-unused-params: x" >&2', "no-unused-params"],
    ["an error", "build", "exit 1", "build"],
    ["wrong parameters", "build-params", "exit 1", "params/workload.dev.bicepparam"],
    ["an outdated snapshot", "snapshot", "echo changed; exit 1", "params/main.prod.bicepparam:\nchanged"],
    ["an unformatted file", "format", "echo >> main.bicep", "bicep/main.bicep is not formatted"],
  ])("fails for %s", (_, command, script, expected) => {
    const { status, stderr } = checkWith({ [command]: script });
    expect(status).toBe(1);
    expect(stderr).toContain(expected);
  });
});
