import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The slowest test files, slowest first. */
const SLOWEST = [
  "tests/system/sending/foreign-reports.test.ts",
  "tests/system/commands.test.ts",
  "tests/system/sending/providers.test.ts",
  "tests/system/failures/storm.test.ts",
  "bicep/scripts/deploy.test.ts",
  "tests/system/failures/crashes/before-writes.test.ts",
  "tests/system/failures/crashes/after-writes.test.ts",
  "tests/system/routing/absent-agents.test.ts",
  "tests/system/failures/crashes/around-messages.test.ts",
  "tests/system/failures/sweep.test.ts",
  "tests/system/failures/crashes/after-functions.test.ts",
  "tests/system/routing/matching.test.ts",
  "tests/system/routing/offers.test.ts",
  "bicep/runbook.test.ts",
  "tests/system/intake/written-forms.test.ts",
  "tests/system/routing/queue-choice.test.ts",
  "tests/system/intake/texts.test.ts",
  "bicep/readme.test.ts",
  "tests/system/failures/crashes/without-sweep.test.ts",
  "bicep/cost/bill.test.ts",
  "bicep/scripts/package.test.ts",
];
const PROJECTS = ["system", "adapters", "twin", "unit"];

/** Starts the slowest files first, so that no worker is left alone with a slow one at the end of the run. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}

const rankOf = ({ moduleId, project }: TestSpecification): number => {
  const place = SLOWEST.findIndex((file) => moduleId.endsWith(file));
  return place === -1 ? SLOWEST.length + PROJECTS.indexOf(project.name) : place;
};
