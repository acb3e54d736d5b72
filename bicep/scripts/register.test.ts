import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AUDIENCE, setUpFakeAz } from "../testing/fake-az.ts";

const SCRIPT = join(import.meta.dirname, "register.ts");
const GIVEN = "rest --method post --url https://graph.microsoft.com/v1.0/servicePrincipals/principal/appRoleAssignedTo";
const ME = { "ad signed-in-user show": { out: "me\n" } };
const ROLE = {
  agent: "5f0f4a4e-6f0c-4a58-9f3a-6b5f6a3f8d01",
  administrator: "5f0f4a4e-6f0c-4a58-9f3a-6b5f6a3f8d03",
};

const runRegister = async (args: readonly string[], answers = {}) => {
  const run = await setUpFakeAz({ ...ME, ...answers });
  const { sent, ...rest } = await run(process.execPath, [SCRIPT, ...args]);
  return { ...rest, given: sent.filter(({ call }) => call.startsWith(GIVEN)).map(({ body }) => body) };
};

describe("npm run register", () => {
  it("prints the ids, and makes the person who is logged in the first administrator", async () => {
    const { code, out, errors, given } = await runRegister(["--env", "dev"]);
    expect(code, errors).toBe(0);
    expect(out).toContain(`API       ${AUDIENCE} (api://${AUDIENCE})`);
    expect(out).toContain("You have the role Administrator now.");
    expect(given).toEqual([{ principalId: "me", resourceId: "principal", appRoleId: ROLE.administrator }]);
  });

  it("gives no role when there is an administrator already", async () => {
    const assigned = { value: [{ principalId: "another-person", appRoleId: ROLE.administrator }] };
    const { code, given } = await runRegister(["--env", "dev"], {
      "rest --method get --url https://graph.microsoft.com/v1.0/servicePrincipals/": { out: JSON.stringify(assigned) },
    });
    expect([code, given]).toEqual([0, []]);
  });

  it("gives a role to a person", async () => {
    const { out, given } = await runRegister(["--env", "dev", "--role", "Agent", "--person", "ana"]);
    expect(given).toEqual([{ principalId: "ana", resourceId: "principal", appRoleId: ROLE.agent }]);
    expect(out).toContain("ana has the role Agent now.");
  });

  it("asks for the first administrator when a program is logged in", async () => {
    const { code, errors } = await runRegister(["--env", "dev"], { "ad signed-in-user show": { code: 1 } });
    expect(code).toBe(1);
    expect(errors).toContain("--role Administrator --person ID");
  });

  it("adds the address of the console of a deployed app, and says when there is none", async () => {
    const deployed = await runRegister(["--env", "dev"], {
      "deployment sub show --name hilo-dev --query properties.outputs.functionAppUrl.value": { out: "https://app\n" },
    });
    expect(deployed.out).toContain("at https://app/console/");
    const missing = { code: 3, errors: "ERROR: (DeploymentNotFound) Deployment 'hilo-dev' could not be found." };
    const { code, out } = await runRegister(["--env", "dev"], { "deployment sub show": missing });
    expect(code).toBe(0);
    expect(out).toContain("run this again after the deployment");
  });

  it("uses the existing group that the environment is deployed into", async () => {
    const { calls } = await runRegister(["--env", "dev", "--resource-group", "team"]);
    expect(calls).toContainEqual(
      expect.stringContaining("deployment group show --resource-group team --name hilo-dev"),
    );
  });

  it.each([
    { args: [], expected: "--env dev|test|prod" },
    { args: ["--env", "staging"], expected: "--env dev|test|prod" },
    { args: ["--env", "dev", "--role", "Boss"], expected: "Agent, Supervisor, Administrator" },
    { args: ["--env", "dev", "--person", "ana"], expected: "--role" },
  ])("refuses $args", async ({ args, expected }) => {
    const { code, errors, calls } = await runRegister(args);
    expect(code).toBe(1);
    expect(errors).toContain(expected);
    expect(calls).toEqual([]);
  });
});
