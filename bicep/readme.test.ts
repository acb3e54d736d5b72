import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LogEntry } from "azure-twin/functions-host";
import { describe, expect, it } from "vitest";
import { HOP_PREFIX } from "../functions/invocation/hop-log.ts";
import { callHttp } from "../local/people.ts";
import { sampleOrganisationWith, startTestSystem } from "../tests/system/support/test-system.ts";
import { AUDIENCE, loggedLines, setUpFakeAz } from "./testing/fake-az.ts";

const README = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
const ROBIN = "+14255550123";
const NUMBER = "+18005550100";
/** The person who deploys it, by object id. */
const ME = "me";

/** The blocks of commands of the section, in order. */
const deployBlocks = (): readonly string[] => {
  const [, section = ""] = /^## Deploy it\n([\s\S]*?)^## /m.exec(README) ?? [];
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, commands = ""]) => commands);
};

/** Starts an app without settings, whose tokens know the person as administrator and agent. */
const startApp = async () => {
  const log: LogEntry[] = [];
  const organisation = sampleOrganisationWith(() => ({
    settings: {},
    agents: [],
    contacts: [],
    subjects: [{ id: ME, name: "Me", roles: ["Administrator", "Agent"] }],
  }));
  const system = await startTestSystem({ organisation, log: (entry) => void log.push(entry) });
  const { twin } = system;
  twin.phoneNetwork.connectNumber({ number: NUMBER, provider: "acs", type: "toll-free" }, twin.addresses.functions);
  const { body } = await callHttp(`${twin.addresses.identity}/token`, { body: { subject: ME } });
  const hops = () => log.map(({ message }) => message).filter((message) => message.startsWith(HOP_PREFIX));
  return { ...system, token: body.access_token, hops };
};

describe("README.md", () => {
  it("leads from a clone to the first answered text, word for word", { timeout: 300_000 }, async () => {
    const { twin, text, customer, token, hops } = await startApp();
    const [deploy = "", connect = "", tryText = "", answer = "", ...others] = deployBlocks();
    const run = await setUpFakeAz(
      {
        "ad signed-in-user show": { out: `${ME}\n` },
        "account get-access-token": { out: `${token}\n` },
        "rest --method get --url https://graph.microsoft.com/v1.0/applications(uniqueName='hilo-dev') --query": {
          out: `${AUDIENCE}\n`,
        },
      },
      twin.addresses.functions,
    );
    /** Runs blocks in one shell, as a person pastes them. */
    const paste = async (blocks: readonly string[], options: Parameters<typeof run>[2] = {}) => {
      const { code, out, errors, calls } = await run("bash", ["-euo", "pipefail", "-c", blocks.join("\n")], options);
      expect(code, `${out}${errors}`).toBe(0);
      return { out, calls };
    };

    const deployed = await paste([deploy], { input: "y\n" });
    expect(deployed.out).toContain("You have the role Administrator now.");
    expect(deployed.out).toContain("You have the role Agent now.");
    expect(deployed.out).toContain("Hilo runs in rg-hilo-dev.");
    expect(deployed.out).toContain(`at ${twin.addresses.functions}/console/`);
    expect(deployed.calls).toContainEqual(
      expect.stringContaining("deployment group create --resource-group rg-hilo-dev"),
    );

    const connected = await paste([connect]);
    expect(connected.calls).toContainEqual(
      `account get-access-token --scope api://${AUDIENCE}/.default --query accessToken --output tsv`,
    );
    expect(connected.out).toContain('"presence":"available"');

    await text(ROBIN, "My tent leaks.");
    const query = "rest --method post --url https://api.applicationinsights.io/v1/apps/insights-app/query";
    const tried = await paste([tryText], { input: "\n", answers: { [query]: { out: loggedLines(hops()) } } });
    expect(tried.out).toMatch(/The text arrived:\n.* sms-received +processed[\s\S]* dispatch +entered/);

    const answered = await paste([connect, answer]);
    await twin.settled();
    expect(answered.out).toContain('"state":"active"');
    expect(await customer(ROBIN).received()).toEqual(["Hello from Hilo."]);
    for (const commands of others) expect(commands).not.toContain("curl");
  });
});
