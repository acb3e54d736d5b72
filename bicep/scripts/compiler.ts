import { spawnSync } from "node:child_process";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import * as z from "zod";
import { UsageError } from "./command.ts";

const ROOT = join(import.meta.dirname, "../..");

const packageJsonSchema = z.object({ config: z.object({ bicep: z.string() }) });

/** The version that formats the templates and makes the snapshots: `config.bicep` in package.json. */
export const COMPILER_VERSION = packageJsonSchema.parse(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")))
  .config.bicep;

const PLATFORMS: Readonly<Record<string, string>> = {
  "linux-x64": "linux-x64",
  "linux-arm64": "linux-arm64",
  "darwin-x64": "osx-x64",
  "darwin-arm64": "osx-arm64",
  "win32-x64": "win-x64",
};

const EXECUTABLE = process.platform === "win32" ? "bicep.exe" : "bicep";

/** A Bicep compiler on this machine, and where it was found. */
export interface Compiler {
  readonly path: string;
  readonly from: string;
}

/**
 * Looks for a Bicep compiler: in `BICEP_CLI`, PATH, the folder of `az bicep install`, and last in the NuGet package of the
 * pinned version, which is fetched once if the .NET SDK is installed.
 * @throws UsageError when `BICEP_CLI` names no executable file.
 */
export const findCompiler = (environment: NodeJS.ProcessEnv): Compiler | undefined => {
  const named = environment.BICEP_CLI;
  if (named) {
    if (!isExecutable(named)) throw new UsageError(`BICEP_CLI is ${named}, which is not an executable file.`);
    return { path: named, from: "BICEP_CLI" };
  }
  const candidates = [
    ...(environment.PATH ?? "")
      .split(delimiter)
      .filter((folder) => folder !== "")
      .map((folder) => ({ path: join(folder, EXECUTABLE), from: "PATH" })),
    { path: join(homedir(), ".azure/bin", EXECUTABLE), from: "az bicep install" },
  ];
  return candidates.find(({ path }) => isExecutable(path)) ?? fromNuGet(environment);
};

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Fetches the compiler's NuGet package into a cache in node_modules. */
const fromNuGet = (environment: NodeJS.ProcessEnv): Compiler | undefined => {
  const platform = PLATFORMS[`${process.platform}-${process.arch}`];
  if (!platform) return undefined;
  const name = `Azure.Bicep.CommandLine.${platform}`;
  const cache = join(ROOT, "node_modules/.cache/bicep");
  const path = join(cache, name.toLowerCase(), COMPILER_VERSION, "tools", EXECUTABLE);
  if (!existsSync(path)) fetchPackage(name, cache, environment);
  if (!existsSync(path)) return undefined;
  chmodSync(path, 0o755);
  return { path, from: "NuGet" };
};

const fetchPackage = (name: string, cache: string, environment: NodeJS.ProcessEnv): void => {
  const folder = mkdtempSync(join(tmpdir(), "hilo-bicep-"));
  try {
    mkdirSync(cache, { recursive: true });
    const project = join(folder, "fetch.proj");
    writeFileSync(
      project,
      `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>netstandard2.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageDownload Include="${name}" Version="[${COMPILER_VERSION}]" /></ItemGroup>
</Project>
`,
    );
    const restored = spawnSync("dotnet", ["restore", project, "--packages", cache], {
      encoding: "utf8",
      env: { ...environment, DOTNET_NOLOGO: "1", DOTNET_CLI_TELEMETRY_OPTOUT: "1" },
    });
    // A missing .NET SDK is no problem; a failed restore is one.
    if (restored.error === undefined && restored.status !== 0) console.error(restored.stdout + restored.stderr);
  } finally {
    rmSync(folder, { recursive: true });
  }
};
