import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

/** The responses of the fake, by the beginning of the call: `{ "account show": { code: 1 } }`. */
type Answers = Readonly<Record<string, { readonly code?: number; readonly out?: string; readonly errors?: string }>>;

/** The result of running a program. */
interface Run {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
  /** The calls of `az` in order, one line each. */
  readonly calls: readonly string[];
  /** The HILO_ environment variables of the first call. */
  readonly settings: Readonly<Record<string, string>>;
}

/** The log of the fake deployment. */
const INSIGHTS_ID =
  "/subscriptions/0000/resourceGroups/rg-hilo-dev/providers/microsoft.insights/components/appi-hilo-dev";

/** Records each call and responds as configured. */
const FAKE_AZ = `#!${process.execPath}
const { appendFileSync } = require("node:fs");
const call = process.argv.slice(2).join(" ");
const settings = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith("HILO_")));
appendFileSync(__dirname + "/calls", JSON.stringify({ call, settings }) + "\\n");
const answers = JSON.parse(process.env.AZ_ANSWERS);
const [, { code = 0, out = "", errors = "" } = {}] = Object.entries(answers).find(([start]) => call.startsWith(start)) ?? [];
process.stdout.write(out);
process.stderr.write(errors);
process.exitCode = code;
`;

/** Starts a server whose `/api/health` is 200. @returns its address. */
const startApp = async (): Promise<string> => {
  const app = createServer(({ url }, response) => {
    response.writeHead(url === "/api/health" ? 200 : 404).end("{}");
  }).listen(0, "127.0.0.1");
  await once(app, "listening");
  onTestFinished(() => void app.close());
  return `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
};

/** The output of `az bicep build-params` for an environment with these secret settings. */
export const builtWith = (settings: { readonly secretSettings?: readonly string[] }): string =>
  JSON.stringify({ parametersJson: JSON.stringify({ parameters: { settings: { value: settings } } }) });

/** Puts a fake `az` on the PATH that is logged in and records its calls. @returns a function that runs a program with it. */
export const setUpFakeAz = async (changed: Answers = {}) => {
  const bin = mkdtempSync(join(tmpdir(), "hilo-az-"));
  onTestFinished(() => rmSync(bin, { recursive: true }));
  writeFileSync(join(bin, "az"), FAKE_AZ);
  chmodSync(join(bin, "az"), 0o755);
  const outputs = JSON.stringify({
    functionAppName: { value: "func-hilo-dev-x" },
    functionAppUrl: { value: await startApp() },
    communicationName: { value: "acs-hilo-dev-x" },
    keyVaultName: { value: "kv-dev-x" },
    serviceBusName: { value: "sb-hilo-dev-x" },
    storageName: { value: "sthilodevx" },
    insightsId: { value: INSIGHTS_ID },
    dashboardUrl: { value: "https://portal.azure.com/workbook" },
  });
  const answers: Answers = {
    ...changed,
    version: { out: '{"azure-cli":"2.80.0"}', ...changed.version },
    "bicep version": { out: "Bicep CLI version 0.49.2 (b34271ac51)", ...changed["bicep version"] },
    "bicep build-params": { out: builtWith({}), ...changed["bicep build-params"] },
    "account show": { out: '{"name":"Pay-As-You-Go","id":"0000"}', ...changed["account show"] },
    "deployment sub show": { out: outputs },
    "deployment group show": { out: outputs },
  };
  /** @param settings - additional environment variables. */
  return async (
    command: string,
    args: readonly string[],
    { input = "", settings = {} }: { readonly input?: string; readonly settings?: NodeJS.ProcessEnv } = {},
  ): Promise<Run> => {
    const path = [bin, dirname(process.execPath), process.env.PATH].join(delimiter);
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { PATH: path, HOME: process.env.HOME, AZ_ANSWERS: JSON.stringify(answers), ...settings },
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    child.stdin.end(input);
    const [out, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    const record = join(bin, "calls");
    const lines = existsSync(record) ? readFileSync(record, "utf8").trim().split("\n") : [];
    const calls: { call: string; settings: Record<string, string> }[] = lines.map((line) => JSON.parse(line));
    return { code, out, errors, calls: calls.map(({ call }) => call), settings: calls[0]?.settings ?? {} };
  };
};
