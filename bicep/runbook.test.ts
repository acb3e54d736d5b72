import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";
import { PROVIDER_SETUPS } from "../infra/providers/registry.ts";
import { RETRY_FRAGMENT } from "../infra/providers/twilio/account.ts";
import { callHttp } from "../local/people.ts";
import { roleSchema } from "../shared/kernel/caller.ts";
import { sampleOrganisationWith, startTestSystem } from "../tests/system/support/test-system.ts";
import { setUpFakeAz } from "./testing/fake-az.ts";

const RUNBOOK = readFileSync(join(import.meta.dirname, "../docs/runbook.md"), "utf8");

/** The text under a heading. */
const sectionUnder = (heading: string): string =>
  RUNBOOK.slice(RUNBOOK.indexOf(`\n## ${heading}\n`))
    .slice(1)
    .split(/^## /m)[1] ?? "";

/** The first code block of commands under a heading that contains a word. */
const commandsUnder = (heading: string, word = ""): string =>
  [...sectionUnder(heading).matchAll(/```sh\n([\s\S]*?)\s*```/g)]
    .map(([, commands = ""]) => commands)
    .find((commands) => commands.includes(word)) ?? "";

/** All blocks of commands, in order, with their headings. */
const allBlocks = (): readonly { readonly heading: string; readonly commands: string }[] =>
  RUNBOOK.split(/^## /m).flatMap((section) => {
    const [heading = ""] = section.split("\n");
    return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, commands = ""]) => ({ heading, commands }));
  });

/** The blocks of commands under a heading. */
const blocksUnder = (heading: string): readonly string[] =>
  allBlocks()
    .filter((block) => block.heading === heading)
    .map(({ commands }) => commands);

/** The variables that all commands use. */
const topBlock = (environment: string): string =>
  (allBlocks()[0]?.commands ?? "").replace("ENV=prod", `ENV=${environment}`);

/** The function with which the commands call the API. */
const API = /^api\(\) .*$/m.exec(commandsUnder("Get a token"))?.[0] ?? "";

/** Runs commands in a shell, as if they were pasted. @returns their output. */
const paste = async (
  commands: string,
  { settings, cwd, input = "" }: { settings: Readonly<Record<string, string>>; cwd: string; input?: string },
) => {
  const child = spawn("bash", ["-euo", "pipefail", "-c", commands], {
    cwd,
    env: { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, ...settings },
  });
  child.stdin.end(input);
  const [out, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  expect(code, `${out}${errors}`).toBe(0);
  return out;
};

/** Starts an app without settings. @returns it with the variables that an administrator's commands use. */
const emptyApp = async () => {
  const empty = sampleOrganisationWith(() => ({ settings: {}, agents: [], contacts: [] }));
  const system = await startTestSystem({ organisation: empty });
  const admin = await fetch(`${system.twin.addresses.identity}/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ subject: "admin" }),
  });
  const { access_token } = (await admin.json()) as { access_token: string };
  return { ...system, settings: { URL: system.twin.addresses.functions, TOKEN: access_token } };
};

const folderForTest = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "hilo-runbook-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
};

describe("docs/runbook.md", () => {
  it("connects the first number of an app without settings", async () => {
    const { twin, text, colleague, settings } = await emptyApp();
    expect((await colleague("admin").call("health")).status).toBe(200);
    await paste(`${API}\n${commandsUnder("Connect an ACS number")}`, { settings, cwd: folderForTest() });
    twin.clock.advance(10_000); // settings are read every ten seconds
    await text("+14255550123", "Hello, my tent leaks.");
    const { body } = await colleague("admin").call("quarantine");
    expect(body.items).toEqual([]);
    expect(twin.taskHub.instances()).toHaveLength(1);
  });

  it.each([
    ["Twilio", "twilio"],
    ["TeleSign", "telesign"],
  ])("connects and verifies a number of %s", async (title, provider) => {
    const { colleague, settings } = await emptyApp();
    const section = `Connect a ${title} number`;
    const commands = `${API}\n${commandsUnder("Connect an ACS number")}\n${commandsUnder(section, "verify")}`;
    const out = await paste(commands, { settings, cwd: folderForTest() });
    const { checks } = JSON.parse(/\{"ok":\w+,"checks".*$/m.exec(out)?.[0] ?? "");
    expect(checks[0]).toMatchObject({
      ok: true,
      message: expect.stringMatching(`^${title} accepts requests of this app`),
    });
    const { body } = await colleague("admin").call(`settings/channels/${provider}`);
    expect(body).toMatchObject({ provider, enabled: true, numberType: "toll-free" });
  });

  it.each([
    ["Twilio", PROVIDER_SETUPS.twilio],
    ["TeleSign", PROVIDER_SETUPS.telesign],
  ])("stores all secrets of %s in the vault, none of them as an argument", async (title, setup) => {
    const section = `Connect a ${title} number`;
    const names = setup?.settingNames.filter((name) => !name.endsWith("_API_URL")) ?? [];
    const named = /```bicep\n([\s\S]*?)```/.exec(sectionUnder(section))?.[1] ?? "";
    expect([...named.matchAll(/'(\w+)'/g)].map(([, name]) => name)).toEqual(names.toSorted());

    // The name is the seventh argument, the file is the ninth.
    const az =
      'output() { echo kv; }; az() { echo "call: $*"; printf "stored: %s=%s|\\n" "$7" "$(cat "$9"; echo .)"; }';
    const commands = [az, commandsUnder("Store the secrets of a provider"), commandsUnder(section, "store")].join("\n");
    const input = names.map((name) => `value of ${name}\n`).join("");
    const lines = (await paste(commands, { settings: { TMPDIR: folderForTest() }, cwd: folderForTest(), input })).split(
      "\n",
    );
    expect(lines.filter((line) => line.startsWith("stored: "))).toEqual(
      names.map((name) => `stored: ${name.toLowerCase().replaceAll("_", "-")}=value of ${name}.|`),
    );
    const calls = lines.filter((line) => line.startsWith("call: "));
    expect(calls).toHaveLength(names.length);
    for (const call of calls) expect(call).not.toContain("value of");
  });

  it("replays events that Event Grid dead-lettered", async () => {
    const received: { url: string | undefined; key: unknown; body: { input: string } }[] = [];
    const host = createServer(async (request, response) => {
      const body = JSON.parse(await text(request));
      received.push({ url: request.url, key: request.headers["x-functions-key"], body });
      response.writeHead(202).end();
    }).listen(0, "127.0.0.1");
    await once(host, "listening");
    onTestFinished(() => void host.close());

    const folder = folderForTest();
    const events = ["SMSReceived", "SMSDeliveryReportReceived"].map((kind) => ({
      id: kind,
      eventType: `Microsoft.Communication.${kind}`,
      data: { message: 'It\'s "leaking"\tstill' },
    }));
    mkdirSync(join(folder, "dead-letters/topic"), { recursive: true });
    writeFileSync(join(folder, "dead-letters/topic/1.json"), JSON.stringify(events));
    const commands = commandsUnder("Replay events that Event Grid dead-lettered");
    const settings = { URL: `http://127.0.0.1:${(host.address() as AddressInfo).port}`, KEY: "master" };
    await paste(commands.slice(commands.indexOf("find dead-letters")), { settings, cwd: folder });
    expect(received.map(({ url, key }) => `${key} ${url}`)).toEqual([
      "master /admin/functions/sms-received",
      "master /admin/functions/sms-delivery-report",
    ]);
    expect(received.map(({ body }) => JSON.parse(body.input))).toEqual(events);
  });

  it("gives the webhook addresses that the app expects", () => {
    expect(commandsUnder("Connect a Twilio number", "echo")).toBe(
      `   echo "$URL/api/webhooks/twilio${RETRY_FRAGMENT}"`,
    );
    expect(commandsUnder("Connect a TeleSign number", "echo")).toBe('   echo "$URL/api/webhooks/telesign"');
  });

  it.each([
    ["Twilio", "twilio"],
    ["TeleSign", "telesign"],
  ])("explains checks of %s that exist", (title, provider) => {
    const rows = sectionUnder(`Connect a ${title} number`).split("| check | what to do |\n| --- | --- |\n")[1] ?? "";
    const messages = [...rows.matchAll(/^\| ([^|]+) \|/gm)].map(([, message = ""]) => message);
    const folder = join(import.meta.dirname, "..");
    const sources = globSync([`infra/providers/${provider}/*.ts`, "shared/settings/verify-channel.ts"], { cwd: folder })
      .map((file) => readFileSync(join(folder, file), "utf8"))
      .join("\n");
    expect(messages.length).toBeGreaterThan(2);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it is written in the code
    const asInCode = (message: string) => message.replace(provider, "${name}");
    expect(messages.filter((message) => !sources.includes(asInCode(message)))).toEqual([]);
  });

  it("gets a token, with which the commands call the API", async () => {
    const { settings } = await emptyApp();
    const run = await setUpFakeAz(
      { "account get-access-token": { out: `${settings.TOKEN}\n` }, "rest --method get": { out: "audience\n" } },
      settings.URL,
    );
    const commands = [topBlock("dev"), commandsUnder("Get a token")].join("\n");
    const { code, out, errors, calls } = await run("bash", ["-euo", "pipefail", "-c", commands]);
    expect(code, errors).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ status: "up", checks: expect.any(Array) });
    expect(calls.at(-1)).toBe(
      "account get-access-token --scope api://audience/.default --query accessToken --output tsv",
    );
  });

  it("shuts an agent out: no offers, no roles, no sessions, and the conversations go to others", async () => {
    const { twin, text, colleague } = await startTestSystem();
    await text("+14255550123", "Hello, my tent leaks.");
    const [offered = ""] = await colleague("ana").workItems("offered");
    const [person, id] = offered ? ["ana", offered] : ["ben", (await colleague("ben").workItems("offered"))[0] ?? ""];
    await colleague(person).act(id, "accept");
    const tokenOf = async (subject: string) => {
      const { body } = await callHttp(`${twin.addresses.identity}/token`, { body: { subject } });
      return String(body.access_token);
    };
    const run = await setUpFakeAz({ "rest --method get --url https://graph": { out: "assignment-1\n" } });
    const blocks = blocksUnder("Shut an agent out");
    const [retirement = "", roles = "", check = ""] = blocks;
    expect(blocks).toHaveLength(3);
    const paste = async (commands: string, token: string) => {
      const settings = { URL: twin.addresses.functions, TOKEN: token, PERSON: person, AUDIENCE: "audience" };
      const { code, out, errors, calls } = await run("bash", ["-euo", "pipefail", "-c", `${API}\n${commands}`], {
        settings,
      });
      expect(code, `${out}${errors}`).toBe(0);
      return { out, calls };
    };

    await paste(retirement, await tokenOf("admin"));
    const { calls } = await paste(roles, "");
    expect(calls.slice(-2)).toEqual([
      "rest --method delete --url https://graph.microsoft.com/v1.0/servicePrincipals(appId='audience')/appRoleAssignedTo/assignment-1",
      `rest --method post --url https://graph.microsoft.com/v1.0/users/${person}/revokeSignInSessions`,
    ]);
    await twin.settled();
    const { out } = await paste(`follow() { :; }\n${check}`, await tokenOf("admin"));
    expect(JSON.parse(out)).toMatchObject({ load: 0, retiredAt: expect.any(String) });
    expect((await colleague(person).call(`conversations/${id}`)).status).toBe(403);
    expect((await colleague("sofia").call(`conversations/${id}`)).body.agentId).not.toBe(person);
  });

  it("follows a text by its query", async () => {
    const rows = "2026-03-02T10:30:00Z\tsms-received\tprocessed";
    const run = await setUpFakeAz({
      "rest --method post --resource https://api.applicationinsights.io": { out: rows },
    });
    const commands = [topBlock("dev"), commandsUnder("Follow a text")].join("\n");
    const { code, out, errors, sent } = await run("bash", ["-euo", "pipefail", "-c", commands]);
    expect(code, errors).toBe(0);
    expect(out).toContain("sms-received");
    expect(sent).toMatchObject([
      { body: { query: expect.stringContaining("message contains '0123456789abcdef01234567.1'") } },
    ]);
  });

  it("has commands that all run, one section after the other", async () => {
    const folder = folderForTest();
    mkdirSync(join(folder, "dead-letters"));
    mkdirSync(join(folder, "docs"));
    cpSync(join(import.meta.dirname, "../docs/follow-a-text.kql"), join(folder, "docs/follow-a-text.kql"));
    const stubs = 'git() { echo "git $*"; }; npm() { echo "npm $*"; }; curl() { echo "{}"; }';
    const answers = {
      "functionapp show": { out: "/subscriptions/0/sites/func\n" },
      "functionapp keys list": { out: "key\n" },
      "cosmosdb list": { out: "cosmos-old\n" },
      "account get-access-token": { out: "token\n" },
      "rest --method get --url https://graph": { out: "id\n" },
    };
    const values = {
      ID: "0123456789abcdef01234567.1",
      PERSON: "person",
      COMMIT: "abc",
      NEW: "cosmos-new",
      MOMENT: "2026-03-02T10:30:00Z",
      HILO_LOCATION: "eastus",
    };
    const blocks = allBlocks();
    expect(blocks.length).toBeGreaterThan(20);
    const run = await setUpFakeAz(answers);
    const commands = blocks.map(({ heading, commands }) => `echo "# ${heading}"\n${commands}`).join("\n");
    const script = `${stubs}\ncd ${folder}\n${commands.replace("ENV=prod", "ENV=dev")}\necho "# end"`;
    const { code, out, errors, calls } = await run("bash", ["-euo", "pipefail", "-c", script], {
      input: "value\n".repeat(20),
      settings: { ...values, TMPDIR: folder },
    });
    expect(code, `${out}${errors}`).toBe(0);
    expect(out).toContain("# end");
    for (const call of [
      "cosmosdb restore --resource-group rg-hilo-dev --account-name cosmos-old --target-database-account-name cosmos-new",
      "functionapp deployment source config-zip --resource-group rg-hilo-dev --name func-hilo-dev-x",
      "group delete --name rg-hilo-dev",
    ]) {
      expect(calls).toContainEqual(expect.stringContaining(call));
    }
  });

  it("says what a deployment does to a restored account, and names the setting that exists", () => {
    const section = sectionUnder("Restore data");
    expect(section).toContain("Without step 2, a deployment points the app back to the old account");
    expect(section).toContain("cosmosAccountName: '");
    expect(readFileSync(join(import.meta.dirname, "types.bicep"), "utf8")).toContain("cosmosAccountName: string?");
  });

  it("names existing commands and outputs", () => {
    const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8"));
    const named = [...RUNBOOK.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name ?? "");
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining([...new Set(named)]));
    const outputs = [...RUNBOOK.matchAll(/\$\(output (\w+)\)/g)].map(([, name]) => name);
    const workload = readFileSync(join(import.meta.dirname, "workload.bicep"), "utf8");
    for (const name of outputs) expect(workload).toContain(`output ${name} string`);
  });
});

describe("app-roles.json", () => {
  it("has the roles of the app", () => {
    const roles: { value: string }[] = JSON.parse(readFileSync(join(import.meta.dirname, "app-roles.json"), "utf8"));
    expect(roles.map(({ value }) => value)).toEqual(roleSchema.options);
  });
});
