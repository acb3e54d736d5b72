import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { awaitHealth } from "./await-health.ts";
import type { Az } from "./az.ts";

const TARGET = { environment: "dev", settings: {} } as const;
const SITE = "/subscriptions/{subscriptionId}/resourceGroups/rg-hilo-dev/providers/Microsoft.Web/sites/func-x";
const RETRIES = [
  { attempts: 2, delayMs: 1 },
  { attempts: 3, delayMs: 1 },
] as const;

const REFERENCES = {
  value: [
    { id: `${SITE}/config/configreferences/appsettings/THREAD_ID_KEY`, properties: { status: "Resolved" } },
    {
      name: "TWILIO_AUTH_TOKEN",
      properties: { status: "AccessToKeyVaultDenied", details: "The identity has no access." },
    },
  ],
};

/** Starts an app that responds with these statuses in turn, then with the last one. @returns its address. */
const startApp = async (...statuses: number[]): Promise<string> => {
  const server = createServer((_, response) => {
    response.writeHead((statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 500).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

let calls: string[];
let lines: string[];
beforeEach(() => {
  calls = [];
  lines = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
});

const az: Az = {
  show: async () => {},
  read: async (args) => {
    calls.push(args.slice(0, 5).join(" "));
    return args.includes("get") ? JSON.stringify(REFERENCES) : "";
  },
};

const wait = async (...statuses: number[]) =>
  awaitHealth(az, TARGET, { name: "func-x", url: await startApp(...statuses), retries: RETRIES });

describe("awaitHealth", () => {
  it("changes nothing when the app becomes healthy soon", async () => {
    await wait(503, 200);
    expect(calls).toEqual([]);
    expect(lines).toEqual([expect.stringContaining("the app is healthy")]);
  });

  it("refreshes the references to the vault after two minutes of bad health, and prints the status of each", async () => {
    await wait(404, 404, 503, 200);
    const url = `${SITE}/config/configreferences/appsettings`;
    expect(calls).toEqual([
      `rest --method post --url ${url}/refresh?api-version=2022-03-01`,
      "functionapp restart --resource-group rg-hilo-dev --name",
      `rest --method get --url ${url}?api-version=2022-03-01`,
    ]);
    expect(lines).toContain("  THREAD_ID_KEY: Resolved");
    expect(lines).toContain("  TWILIO_AUTH_TOKEN: AccessToKeyVaultDenied (The identity has no access.)");
    expect(lines.at(-1)).toContain("the app is healthy");
  });

  it("refreshes them once, and stops before the events are connected when that does not help", async () => {
    await expect(wait(503)).rejects.toThrow("does not become 200: 503.\nThe events are not connected.");
    expect(calls).toHaveLength(3);
  });
});
