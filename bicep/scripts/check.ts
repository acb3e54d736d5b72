import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { ruleProblems } from "../rules.ts";
import { runCommand } from "./command.ts";
import { COMPILER_VERSION, findCompiler } from "./compiler.ts";

const HELP = `Checks bicep/: the rules of bicep/rules.ts, and with the real compiler format, build, lint, parameter files and
snapshots. It looks for the compiler in BICEP_CLI, PATH, the folder of "az bicep install", and NuGet (if the .NET SDK is
installed). Without a compiler it prints SKIPPED; with REQUIRE_BICEP=1 it fails.

Usage: npm run check:bicep [-- --write]

  --write   format the files and regenerate the snapshots, instead of checking them
  --help    print this help`;

const BICEP = join(import.meta.dirname, "..");
const SUBSCRIPTION = "00000000-0000-0000-0000-000000000001";
const TENANT = "00000000-0000-0000-0000-000000000002";

/** The settings of a deployment. Only the development environment has no group of operators. */
const settingsFor = (parameters: string): NodeJS.ProcessEnv => ({
  ...process.env,
  HILO_LOCATION: "westeurope",
  HILO_DATA_LOCATION: "Europe",
  HILO_API_AUDIENCE: "00000000-0000-0000-0000-000000000003",
  HILO_CONSOLE_CLIENT_ID: "00000000-0000-0000-0000-000000000005",
  HILO_ALERT_EMAIL: "alerts@example.com",
  HILO_OPERATORS_GROUP_ID: parameters.includes(".dev.") ? "" : "00000000-0000-0000-0000-000000000004",
});

/** The workload is part of main, whose snapshot contains it. */
const hasSnapshot = (parameters: string): boolean => !basename(parameters).startsWith("workload.");

const groupOf = (parameters: string): string => `rg-hilo-${/\.(dev|test|prod)\./.exec(parameters)?.[1] ?? "dev"}`;

class Check {
  readonly #compiler: string;
  /** A copy of bicep/, because the compiler formats in place and leaves files behind. */
  readonly #folder: string;
  readonly #problems: string[] = [];

  constructor(compiler: string, folder: string) {
    this.#compiler = compiler;
    this.#folder = folder;
  }

  async run(write: boolean): Promise<readonly string[]> {
    await this.#format(write);
    const parameters = globSync("{params,fixtures}/*.bicepparam", { cwd: this.#folder }).sort();
    const steps: (() => Promise<void>)[] = [
      () => this.#bicep("build", ["build", "main.bicep", "--stdout"]),
      () => this.#bicep("build", ["build", "events.bicep", "--stdout"]),
      () => this.#bicep("lint", ["lint", "--pattern", "**/*.bicep"]),
      ...parameters.map((file) => () => (hasSnapshot(file) ? this.#snapshot(file, write) : this.#parameters(file))),
    ];
    const next = steps.values();
    const work = async () => {
      for (const step of next) await step();
    };
    await Promise.all(Array.from({ length: availableParallelism() }, work));
    return this.#problems;
  }

  async #format(write: boolean): Promise<void> {
    const files = globSync("**/*.{bicep,bicepparam}", { cwd: this.#folder });
    await this.#bicep("format", ["format", "--pattern", "**/*.bicep"]);
    await this.#bicep("format", ["format", "--pattern", "**/*.bicepparam"]);
    for (const file of files) {
      const formatted = readFileSync(join(this.#folder, file), "utf8");
      if (formatted === readFileSync(join(BICEP, file), "utf8")) continue;
      if (write) writeFileSync(join(BICEP, file), formatted);
      else this.#problems.push(`format: bicep/${file} is not formatted. Fix: npm run check:bicep -- --write`);
    }
  }

  #parameters(file: string): Promise<void> {
    return this.#bicep("parameters", ["build-params", file, "--stdout"], file);
  }

  async #snapshot(file: string, write: boolean): Promise<void> {
    const isForSubscription = basename(file).startsWith("main.");
    await this.#bicep(
      "snapshot",
      [
        "snapshot",
        file,
        "--mode",
        write ? "overwrite" : "validate",
        "--subscription-id",
        SUBSCRIPTION,
        "--tenant-id",
        TENANT,
        "--location",
        "westeurope",
        ...(isForSubscription ? [] : ["--resource-group", groupOf(file)]),
      ],
      file,
    );
    if (!write) return;
    const snapshot = file.replace(/bicepparam$/, "snapshot.json");
    const [made, committed] = [join(this.#folder, snapshot), join(BICEP, snapshot)];
    // The compiler lists members in another order each time.
    if (!existsSync(committed) || !isDeepStrictEqual(readJson(made), readJson(committed))) cpSync(made, committed);
  }

  /** Runs the compiler. A warning counts as an error. */
  async #bicep(step: string, args: readonly string[], parameters = ""): Promise<void> {
    const child = spawn(this.#compiler, args, {
      cwd: this.#folder,
      env: settingsFor(parameters),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [out, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    // The compiler prints problems on stderr, except those of snapshots.
    const problems = (step === "snapshot" ? `${out}${errors}` : errors).replaceAll(`${this.#folder}/`, "bicep/").trim();
    if (code !== 0 || / : (Warning|Error) /.test(problems)) this.#problems.push(`${step} ${parameters}:\n${problems}`);
  }
}

const main = async (): Promise<number> => {
  const { values } = parseArgs({ options: { write: { type: "boolean" }, help: { type: "boolean" } } });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (values.write !== true && !report(ruleProblems())) return 1;
  const compiler = findCompiler(process.env);
  if (!compiler) {
    const missing = `no Bicep compiler (version ${COMPILER_VERSION}); run "az bicep install" or set BICEP_CLI`;
    if (process.env.REQUIRE_BICEP === "1") {
      console.error(missing);
      return 1;
    }
    console.log(`SKIPPED: bicep, ${missing}`);
    return 0;
  }
  const version = spawnSync(compiler.path, ["--version"], { encoding: "utf8" }).stdout.trim();
  console.log(`${version} (from ${compiler.from})`);
  if (!version.includes(COMPILER_VERSION)) {
    console.log(
      `The snapshots were made with version ${COMPILER_VERSION}; another version may produce different ones.`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), "hilo-bicep-check-"));
  try {
    cpSync(BICEP, folder, { recursive: true });
    const problems = await new Check(compiler.path, folder).run(values.write === true);
    if (!report(problems) || !report(ruleProblems())) return 1;
    console.log("Format, build, lint, parameter files, snapshots and rules are correct.");
    return 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));

/** Prints problems. @returns whether there are none. */
const report = (problems: readonly string[]): boolean => {
  for (const problem of problems) console.error(problem);
  return problems.length === 0;
};

await runCommand(HELP, main);
