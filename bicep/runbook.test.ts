import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";
import { roleSchema } from "../shared/access/caller.ts";
import { organisationWith, setStage } from "../tests/system/stage.ts";

const RUNBOOK = readFileSync(join(import.meta.dirname, "../docs/runbook.md"), "utf8");

/** The commands under a heading. */
const commandsUnder = (heading: string): string => {
  const section =
    RUNBOOK.slice(RUNBOOK.indexOf(`\n## ${heading}\n`))
      .slice(1)
      .split(/^## /m)[1] ?? "";
  return /```sh\n([\s\S]*?)\s*```/.exec(section)?.[1] ?? "";
};

/** Runs commands as a person would paste them. */
const paste = async (commands: string, settings: Readonly<Record<string, string>>, cwd: string) => {
  const child = spawn("bash", ["-euo", "pipefail", "-c", commands], {
    cwd,
    env: { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, ...settings },
  });
  const [out, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  expect(code, `${out}${errors}`).toBe(0);
};

const folderForTest = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "hilo-runbook-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
};

describe("docs/runbook.md", () => {
  it("connects the first number by its commands, in an app that has no settings yet and is well", async () => {
    const empty = organisationWith(() => ({ settings: {}, agents: [], contacts: [] }));
    const { twin, text, colleague } = await setStage({ organisation: empty });
    expect((await colleague("admin").call("health")).status).toBe(200);
    const admin = await fetch(`${twin.addresses.identity}/token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ agent: "admin" }),
    });
    const { access_token } = (await admin.json()) as { access_token: string };
    await paste(commandsUnder("A number"), { URL: twin.addresses.functions, TOKEN: access_token }, folderForTest());
    twin.clock.advance(10_000); // settings are read every ten seconds
    await text("+14255550123", "Hello, my tent leaks.");
    const { body } = await colleague("admin").call("quarantine");
    expect(body.items).toEqual([]);
    expect(twin.taskHub.instances()).toHaveLength(1);
  });

  it("hands the events that Event Grid gave up to their functions by its commands", async () => {
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
    const commands = commandsUnder("Events that Event Grid gave up");
    await paste(
      commands.slice(commands.indexOf("find dead-letters")),
      { URL: `http://127.0.0.1:${(host.address() as AddressInfo).port}`, KEY: "master" },
      folder,
    );
    expect(received.map(({ url, key }) => `${key} ${url}`)).toEqual([
      "master /admin/functions/sms-received",
      "master /admin/functions/sms-delivery-report",
    ]);
    expect(received.map(({ body }) => JSON.parse(body.input))).toEqual(events);
  });

  it("names resources, and commands of this repository, that there are", () => {
    const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8"));
    const named = [...RUNBOOK.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name ?? "");
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining([...new Set(named)]));
    const outputs = [...RUNBOOK.matchAll(/\$\(output (\w+)\)/g)].map(([, name]) => name);
    const workload = readFileSync(join(import.meta.dirname, "workload.bicep"), "utf8");
    for (const name of outputs) expect(workload).toContain(`output ${name} string`);
  });
});

describe("app-roles.json", () => {
  it("has the roles that the app knows", () => {
    const roles: { value: string }[] = JSON.parse(readFileSync(join(import.meta.dirname, "app-roles.json"), "utf8"));
    expect(roles.map(({ value }) => value)).toEqual(roleSchema.options);
  });
});
