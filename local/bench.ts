import { spawnSync } from "node:child_process";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { buildApp } from "../build.ts";
import { CosmosConversations } from "../infra/cosmos/cosmos-conversations.ts";
import { agentSchema } from "../shared/agent/agent.ts";
import type { Conversation } from "../shared/conversation/conversation.ts";
import { createDatabase } from "./database.ts";
import { SAMPLE_CHANNEL_NUMBER, type SampleOrganisation, sampleOrganisation } from "./sample-organisation.ts";
import { FREE_PORTS, Twin } from "./twin.ts";

// Prints figures of the whole product on this machine, the twin included. Asserts nothing.

const AGENTS = 40;
const AGENT_CAPACITY = 100;
const LOADS = [
  { textsPerSecond: 25, seconds: 20 },
  { textsPerSecond: 50, seconds: 20 },
  { textsPerSecond: 100, seconds: 10 },
];

const main = async (): Promise<void> => {
  await buildApp();
  await printBundle();
  for (const load of LOADS) await printLoad(load);
};

const printBundle = async (): Promise<void> => {
  const [bundle, sdks] = ["main.cjs", "sdks.cjs"].map((file) => join(import.meta.dirname, "../dist", file)) as [
    string,
    string,
  ];
  const size = (await Promise.all([bundle, sdks].map((file) => stat(file)))).reduce((sum, each) => sum + each.size, 0);
  console.log(`bundle, both files             ${(size / 1e6).toFixed(2)} MB (budget: under 3 MB)`);
  const folder = await mkdtemp(join(tmpdir(), "hilo-bench-"));
  try {
    const empty = join(folder, "empty.cjs");
    await build({
      stdin: { contents: EMPTY_APP, resolveDir: import.meta.dirname },
      ...{ outfile: empty, bundle: true, platform: "node", format: "cjs", minify: true, logLevel: "error" },
      external: ["@azure/functions-core"],
    });
    const [ours, theirs] = [await loadTime(folder, bundle), await loadTime(folder, empty)];
    console.log(`loading it, median of 9        ${ours.toFixed(0)} ms`);
    console.log(
      `loading an empty durable app   ${theirs.toFixed(0)} ms; ours is ${(ours / theirs).toFixed(2)} times that (budget: 2)`,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** One empty function and one empty orchestration: the libraries that any durable app loads. */
const EMPTY_APP = `
  import { app } from "@azure/functions";
  import * as df from "durable-functions";
  app.http("empty", { handler: async () => ({}) });
  df.app.orchestration("empty", function* () {});
`;

/** Loads an app in a process of its own, as a worker does; the host's module takes registrations and forgets them. */
const LOADER = `
  const Module = require("node:module");
  const core = new Proxy({ Disposable: class {} }, { get: (target, name) => target[name] ?? (() => ({ dispose() {} })) });
  const load = Module._load;
  Module._load = function (id) { return id === "@azure/functions-core" ? core : load.apply(this, arguments); };
  const started = performance.now();
  require(process.argv[2]);
  console.log(performance.now() - started);
`;

const loadTime = async (folder: string, app: string): Promise<number> => {
  const loader = join(folder, "loader.cjs");
  await writeFile(loader, LOADER);
  const times = Array.from({ length: 9 }, () => {
    const env = {
      THREAD_ID_KEY: Buffer.alloc(32).toString("base64"),
      AUTH_ISSUER: "http://a",
      AUTH_AUDIENCE: "a",
      AUTH_JWKS_URL: "http://a/jwks",
      SERVICE_BUS: "a",
    };
    const run = spawnSync(process.execPath, [loader, app], {
      env: { ...env, COSMOS_CONNECTION_STRING: "a", ACS_CONNECTION_STRING: "endpoint=http://a;accesskey=a" },
      encoding: "utf8",
    });
    return Number(run.stdout.trim().split("\n").at(-1));
  });
  return times.toSorted((a, b) => a - b)[4] ?? Number.NaN;
};

const printLoad = async ({ textsPerSecond, seconds }: (typeof LOADS)[number]): Promise<void> => {
  const twin = await Twin.start({ ports: FREE_PORTS, organisation: manyAgents() });
  try {
    await sendTexts(twin, 20, 20); // connections and compiled code, before anything is measured
    const before = performance.now();
    await sendTexts(twin, textsPerSecond, textsPerSecond * seconds, 1000);
    const sentFor = performance.now() - before;
    await twin.settled();
    const measured = (await conversationsOf(twin)).filter(({ customer }) => Number(customer.slice(-5)) >= 1000);
    const waits = measured.flatMap((each) =>
      each.state === "offered" ? [Date.parse(each.offer.offeredAt) - Date.parse(each.lastTextAt)] : [],
    );
    waits.sort((a, b) => a - b);
    const first = Math.min(...measured.map(({ lastTextAt }) => Date.parse(lastTextAt)));
    const last = Math.max(
      ...measured.flatMap((each) => (each.state === "offered" ? [Date.parse(each.offer.offeredAt)] : [])),
    );
    const at = (share: number) => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))];
    console.log(
      `${String(textsPerSecond).padStart(3)} texts/s for ${(sentFor / 1000).toFixed(0)} s           ` +
        `${waits.length} of ${measured.length} offered at ${((waits.length * 1000) / (last - first)).toFixed(1)}/s, ` +
        `inbound to offered p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${waits.at(-1)} ms`,
    );
  } finally {
    await twin.stop();
  }
};

/** Sends texts at an even pace, each from another number. */
const sendTexts = async (twin: Twin, perSecond: number, count: number, firstNumber = 0): Promise<void> => {
  const started = performance.now();
  for (let sent = 0; sent < count; sent++) {
    const due = started + (sent * 1000) / perSecond;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const from = `+1425${String(2_000_000 + firstNumber + sent)}`;
    twin.phoneNetwork.text({ from, to: SAMPLE_CHANNEL_NUMBER, text: "My tent leaks, what can I do about it?" });
  }
  await twin.settled();
};

const conversationsOf = async (twin: Twin): Promise<readonly Conversation[]> => {
  const containers = await createDatabase(twin.cosmos.connectionString, "hilo");
  const all: Conversation[] = [];
  for await (const page of new CosmosConversations(containers).open()) all.push(...page.map(({ value }) => value));
  return all;
};

const manyAgents = (): SampleOrganisation => ({
  ...sampleOrganisation(),
  agents: Array.from({ length: AGENTS }, (_, index) =>
    agentSchema.parse({
      ...{ id: `agent-${index}`, name: `Agent ${index}`, capacity: AGENT_CAPACITY, load: 0, claims: {} },
      ...{ queueIds: ["support"], skills: [], presence: "available" },
    }),
  ),
});

await main();
process.exit(0);
