import { describe, expect, it } from "vitest";
import { alertProblems, hostSettingProblems, roleNameProblems, ruleProblems } from "./rules.ts";
import { templates } from "./snapshot.ts";

const assignment = (
  name: string,
  type = "Microsoft.Authorization/roleAssignments",
) => `resource send '${type}@2022-04-01' = {
  name: ${name}
  scope: queue
  properties: {
    principalId: appPrincipalId
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', sender)
  }
}
`;

describe("the rules of check:bicep", () => {
  it("hold in the repository", () => {
    expect(ruleProblems()).toEqual([]);
  });

  it("find a durable setting outside host.json", () => {
    const setting = "AzureFunctionsJobHost__extensions__durableTask__hubName";
    expect(hostSettingProblems("params/main.dev", { [setting]: "hilo", PUBLIC_URL: "" })).toEqual([
      `settings: params/main.dev overrides host.json by ${setting}`,
    ]);
  });

  it.each(["guid(queue.id, 'app', sender)", "guid(queue.id, otherPrincipalId, sender)", "'fixed'"])(
    "find a role assignment that is named %s",
    (name) => {
      expect(roleNameProblems("modules/x.bicep", assignment(name))).toHaveLength(1);
    },
  );

  it("find a role assignment of Cosmos DB without its principal", () => {
    const source = assignment("guid(database.id, 'app')", "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments");
    expect(roleNameProblems("modules/x.bicep", source)).toHaveLength(1);
  });

  it("find nothing in a role assignment that is named by its principal, and see all of them", () => {
    expect(roleNameProblems("modules/x.bicep", assignment("guid(queue.id, appPrincipalId, sender)"))).toEqual([]);
    const declared = templates().flatMap(({ source }) => [...source.matchAll(/oleAssignments@/g)]);
    const renamed = templates().flatMap(({ path, source }) =>
      roleNameProblems(path, source.replaceAll(/^ *name: guid\(.*$/gm, "name: 'fixed'")),
    );
    expect(renamed).toHaveLength(declared.length);
  });

  it("find an alert that the table lacks, and one that is missing", () => {
    expect(alertProblems("params/main.dev", ["a | 1 | x", "b | 1 | x"], ["a | 1 | x", "c | 1 | x"])).toEqual([
      "alerts: params/main.dev has not: c | 1 | x",
      "alerts: the table has not: b | 1 | x (params/main.dev)",
    ]);
  });
});
