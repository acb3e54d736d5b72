import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

/** The responses of the fake, by the beginning of the call: `{ "account show": { code: 1 } }`. */
type Answers = Readonly<Record<string, { readonly code?: number; readonly out?: string; readonly errors?: string }>>;

/** A call with a body. */
interface Sent {
  readonly call: string;
  // biome-ignore lint/suspicious/noExplicitAny: every test asserts the body that it expects
  readonly body: any;
}

/** The result of running a program. */
interface Run {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
  /** The calls of `az` in order, one line each. A body in a file is not in them. */
  readonly calls: readonly string[];
  readonly sent: readonly Sent[];
  /** The HILO_ environment variables of the last call. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Separates the fields of a recorded call, and the calls. */
const [FIELD_END, CALL_END] = ["\u001f", "\u001e"];

/**
 * Makes a program that records each call and responds as configured. A shell starts twenty times as fast as Node.js, and
 * a deployment calls `az` some thirty times.
 */
const fakeAz = (answers: readonly (readonly [start: string, Answers[string]])[]): string => `#!/bin/sh
call= body= previous=
for argument; do
  case "$previous $argument" in
    "--body @"*) body=$(cat "\${argument#@}") call=\${call% --body} ;;
    *) call="$call $argument" ;;
  esac
  previous=$argument
done
call=\${call# }
printf '%s\\037%s\\037%s\\036' "$call" "$(env | grep ^HILO_)" "$body" >>"\${0%/*}/calls"
case "$call" in
${answers.map(([start, answer]) => `  ${quoted(start)}*) ${responseOf(answer)} ;;`).join("\n")}
esac
`;

const responseOf = ({ code = 0, out = "", errors = "" }: Answers[string]): string =>
  `printf %s ${quoted(out)}; printf %s ${quoted(errors)} >&2; exit ${code}`;

/** A text as a word of a shell script. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const parseCall = (record: string): Sent & Pick<Run, "settings"> => {
  const [call = "", settings = "", body = ""] = record.split(FIELD_END);
  return {
    call,
    body: body === "" ? undefined : JSON.parse(body),
    settings: Object.fromEntries(
      settings
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    ),
  };
};

/** Starts a server whose `/api/health` is 200. @returns its address. */
const startApp = async (): Promise<string> => {
  const app = createServer(({ url }, response) => {
    response.writeHead(url === "/api/health" ? 200 : 404).end("{}");
  }).listen(0, "127.0.0.1");
  await once(app, "listening");
  onTestFinished(() => void app.close());
  return `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
};

/** The output of `az bicep build-params` for an environment with these settings. */
export const builtWith = (settings: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({
    parametersJson: JSON.stringify({ parameters: { settings: { value: { monthlyBudget: 50, ...settings } } } }),
  });

/** The client id of the API that is registered. */
export const AUDIENCE = "00000000-0000-0000-0000-000000000003";

/** The client id of the console that is registered. */
export const CONSOLE_CLIENT = "00000000-0000-0000-0000-000000000005";

/** The budget of the deployed group. */
const BUDGET = {
  eTag: "1",
  properties: {
    category: "Cost",
    amount: 50,
    timeGrain: "Monthly",
    timePeriod: { startDate: "2026-03-01" },
    notifications: { nearlySpent: { enabled: true, contactEmails: ["alerts@example.com"] } },
  },
};

/** The lines of the log, as Application Insights returns them. */
export const loggedLines = (lines: readonly string[]): string =>
  JSON.stringify({ tables: [{ rows: lines.map((line, i) => [`2026-03-02T10:30:0${i}Z`, line]) }] });

/**
 * Puts a fake `az` on the PATH that is logged in and records its calls.
 * @param appUrl - the address of the deployed app; by default that of a server that is healthy.
 * @returns a function that runs a program with it.
 */
export const setUpFakeAz = async (changed: Answers = {}, appUrl?: string) => {
  const bin = mkdtempSync(join(tmpdir(), "hilo-az-"));
  onTestFinished(() => rmSync(bin, { recursive: true }));
  const outputs = {
    functionAppName: { value: "func-hilo-dev-x" },
    functionAppUrl: { value: appUrl ?? (await startApp()) },
    communicationName: { value: "acs-hilo-dev-x" },
    keyVaultName: { value: "kv-dev-x" },
    serviceBusName: { value: "sb-hilo-dev-x" },
    storageName: { value: "sthilodevx" },
    insightsAppId: { value: "insights-app" },
    dashboardUrl: { value: "https://portal.azure.com/workbook" },
  };
  const shown = Object.entries(outputs).map(([name, { value }]) => [
    `deployment sub show --name hilo-dev --query properties.outputs.${name}.value`,
    { out: `${value}\n` },
  ]);
  const defaults: Answers = {
    version: { out: '{"azure-cli":"2.80.0"}' },
    "bicep version": { out: "Bicep CLI version 0.49.2 (b34271ac51)" },
    "bicep build-params": { out: builtWith({}) },
    "account show": { out: '{"name":"Pay-As-You-Go","id":"0000"}' },
    "keyvault list-deleted": { out: "[]" },
    "rest --method get --url https://graph.microsoft.com/v1.0/applications(uniqueName='hilo-dev-console')": {
      out: JSON.stringify({ id: "console", appId: CONSOLE_CLIENT }),
    },
    "rest --method get --url https://graph.microsoft.com/v1.0/applications": {
      out: JSON.stringify({ id: "application", appId: AUDIENCE }),
    },
    "rest --method get --url https://graph.microsoft.com/v1.0/servicePrincipals(": { out: '{"id":"principal"}' },
    "rest --method get --url https://graph.microsoft.com/v1.0/servicePrincipals/": { out: '{"value":[]}' },
    "rest --method get --url /subscriptions/{subscriptionId}/resourceGroups/rg-hilo-dev/providers/Microsoft.Consumption":
      {
        out: JSON.stringify(BUDGET),
      },
    "rest --method get --url /subscriptions/{subscriptionId}/resourceGroups/team/providers/Microsoft.Consumption": {
      code: 1,
      errors: "ERROR: Not Found",
    },
    ...Object.fromEntries(shown),
    "deployment sub show": { out: JSON.stringify(outputs) },
    "deployment group show": { out: JSON.stringify(outputs) },
  };
  /**
   * @param options.settings - additional environment variables.
   * @param options.answers - responses of this run only.
   */
  return async (
    command: string,
    args: readonly string[],
    {
      input = "",
      settings = {},
      answers: ofThisRun = {},
    }: { readonly input?: string; readonly settings?: NodeJS.ProcessEnv; readonly answers?: Answers } = {},
  ): Promise<Run> => {
    const answers = [ofThisRun, changed, defaults].flatMap((some) => Object.entries(some));
    writeFileSync(join(bin, "az"), fakeAz(answers), { mode: 0o755 });
    const path = [bin, dirname(process.execPath), process.env.PATH].join(delimiter);
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { PATH: path, HOME: process.env.HOME, ...settings },
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    child.stdin.end(input);
    const [out, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    const record = join(bin, "calls");
    const records = existsSync(record) ? readFileSync(record, "utf8").split(CALL_END).slice(0, -1) : [];
    const calls = records.map(parseCall);
    return {
      code,
      out,
      errors,
      calls: calls.map(({ call }) => call),
      sent: calls.filter(({ body }) => body !== undefined),
      settings: calls.at(-1)?.settings ?? {},
    };
  };
};
