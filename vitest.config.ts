import { defineConfig } from "vitest/config";
import { LongestFirst } from "./tests/longest-first.ts";

export default defineConfig({
  test: {
    // Limits end a test that hangs. They are far above what a test takes, because a loaded machine is slow.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // More workers than the two cores of a CI machine: a system test often waits for the twin.
    maxWorkers: 4,
    restoreMocks: true,
    sequence: { sequencer: LongestFirst },
    coverage: {
      include: ["shared/**/*.ts"],
      exclude: ["**/*.test.ts"],
      reporter: ["text", "html", "json-summary"],
      thresholds: { branches: 95 },
    },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["{shared,functions}/**/*.test.ts", "tests/{architecture,contracts,docs}/**/*.test.ts"],
          // Files share the modules that they import: loading those again would take longer than the tests.
          isolate: false,
        },
      },
      { extends: true, test: { name: "adapters", include: ["infra/**/*.test.ts"], isolate: false } },
      { extends: true, test: { name: "twin", include: ["{twin,local}/**/*.test.ts"], isolate: false } },
      {
        extends: true,
        test: {
          name: "system",
          include: ["{tests/system,bicep}/**/*.test.ts"],
          isolate: false,
          // These tests run the very bundle that is deployed.
          globalSetup: ["tests/system/support/build-once.ts"],
        },
      },
      { extends: true, test: { name: "console", include: ["console/src/**/*.test.ts"], isolate: false } },
      {
        extends: true,
        test: {
          name: "browser",
          include: ["tests/browser/**/*.test.ts"],
          isolate: false,
          globalSetup: ["tests/browser/support/start-browser.ts"],
          // A page that a busy machine draws late is a failure here, so these tests run after all others.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
