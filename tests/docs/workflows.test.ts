import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const PINNED_BICEP = "uses: ./.github/actions/bicep";

const FILES = globSync(".github/{workflows,actions}/**/*.yml", { cwd: ROOT }).map((path) => ({
  path,
  source: readFileSync(join(ROOT, path), "utf8"),
}));

/** The jobs of all workflows: a key of `jobs` and what is below it. */
const JOBS = FILES.filter(({ path }) => path.startsWith(".github/workflows/")).flatMap(({ path, source }) =>
  (source.split(/^jobs:\n/m)[1] ?? "")
    .split(/^ {2}(?=[\w-]+:$)/m)
    .filter((job) => job.trim() !== "")
    .map((job) => ({ name: `${path}: ${job.split(":")[0]}`, job })),
);

describe("the workflows", () => {
  it("use actions of others by commit, with the version beside it", () => {
    const uses = FILES.flatMap(({ source }) => [...source.matchAll(/uses: (\S+)(.*)$/gm)]);
    const others = uses.filter(([, action = ""]) => !action.startsWith("./"));
    expect(others.length).toBeGreaterThan(5);
    for (const [use] of others) expect(use).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it("install the pinned Bicep compiler in every job that uses one, before it does", () => {
    const compiling = JOBS.filter(({ job }) => /check:bicep|az deployment|npm run deploy/.test(job));
    expect(compiling.map(({ name }) => name)).toEqual([
      ".github/workflows/ci.yml: static-and-unit",
      ".github/workflows/deploy.yml: what-if",
      ".github/workflows/deploy.yml: deploy",
    ]);
    for (const { name, job } of compiling) {
      const firstUse = /check:bicep|az deployment|npm run deploy/.exec(job)?.index ?? 0;
      expect(job.indexOf(PINNED_BICEP), name).toBeGreaterThan(0);
      expect(job.indexOf(PINNED_BICEP), name).toBeLessThan(firstUse);
    }
  });

  it("wait for no text of a person", () => {
    for (const { job } of JOBS) expect(job).not.toMatch(/npm run deploy(?!.*--skip-text)/);
  });
});

describe("git", () => {
  it("ignores the settings of one machine, and not their sample", () => {
    const ignored = spawnSync("git", ["check-ignore", "local.settings.json", "local.settings.sample.json"], {
      cwd: ROOT,
      encoding: "utf8",
    });
    expect(ignored.stdout).toBe("local.settings.json\n");
  });
});
