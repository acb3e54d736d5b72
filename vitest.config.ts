import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // The machine's two cores are busy with a host and its app in each file already.
    maxWorkers: 2,
    restoreMocks: true,
    projects: [
      {
        extends: true,
        test: {
          name: "parts",
          include: ["{functions,shared,infra,local,bicep}/**/*.test.ts"],
          // Files share what they import: loading the SDKs for each would take longer than the tests themselves.
          isolate: false,
        },
      },
      { extends: true, test: { name: "twin", include: ["twin/**/*.test.ts"], isolate: false } },
      {
        extends: true,
        test: { name: "whole", include: ["tests/**/*.test.ts"], globalSetup: ["tests/build-once.ts"] },
      },
    ],
  },
});
