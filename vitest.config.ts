import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{functions,shared,infra,local,bicep,tests}/**/*.test.ts"],
    globalSetup: ["tests/build-once.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // The machine's two cores are busy with a host and its app in each file already.
    maxWorkers: 2,
  },
});
