import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loggedLines, setUpFakeAz } from "../testing/fake-az.ts";

const SCRIPT = join(import.meta.dirname, "try-text.ts");
const APP_ID = "deployment sub show --name hilo-dev --query properties.outputs.insightsAppId.value";
const QUERY = "rest --method post --url https://api.applicationinsights.io/v1/apps/insights-app/query";

describe("npm run try-text", () => {
  it("reports the way of a text", async () => {
    const run = await setUpFakeAz({
      [APP_ID]: { out: "insights-app\n" },
      [QUERY]: {
        out: loggedLines([
          'hop: {"step":"provider-webhook","outcome":"queued","durationMs":3,"traceId":"aaaa"}',
          'hop: {"step":"dispatch","outcome":"entered","durationMs":9,"traceId":"aaaa"}',
        ]),
      },
    });
    const { code, out, errors } = await run(process.execPath, [SCRIPT, "--env", "dev"], { input: "\n" });
    expect(code, errors).toBe(0);
    expect(out).toContain("provider-webhook    queued (3 ms)");
  });

  it("fails when no text is tried", async () => {
    const run = await setUpFakeAz({ [APP_ID]: { out: "insights-app\n" } });
    const { code } = await run(process.execPath, [SCRIPT, "--env", "dev"], { input: "skip\n" });
    expect(code).toBe(1);
  });

  it("says how to deploy an environment that is not", async () => {
    const run = await setUpFakeAz({ [APP_ID]: { code: 3, errors: "ERROR: (DeploymentNotFound) Not there." } });
    const { code, errors } = await run(process.execPath, [SCRIPT, "--env", "dev"]);
    expect(code).toBe(1);
    expect(errors).toContain("npm run deploy -- --env dev");
  });

  it("asks for the environment", async () => {
    const run = await setUpFakeAz();
    const { code, errors, calls } = await run(process.execPath, [SCRIPT]);
    expect([code, calls]).toEqual([1, []]);
    expect(errors).toContain("--env dev|test|prod");
  });
});
