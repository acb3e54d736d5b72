import { spawnSync } from "node:child_process";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { BUNDLE, buildApp } from "../build.ts";
import { CosmosConversations } from "../infra/cosmos/cosmos-conversations.ts";
import { agentSchema } from "../shared/agent/agent.ts";
import type { Conversation } from "../shared/conversation/conversation.ts";
import { createDatabase } from "./database.ts";
import { FREE_PORTS, LocalEnvironment } from "./environment.ts";
import { SAMPLE_CHANNEL_NUMBER, type SampleOrganisation, sampleOrganisation } from "./sample-organisation.ts";

const HELP = `Measures the bundle and the throughput of the app on this machine, the twin included. Asserts nothing.

Usage: npm run bench

  --help   print this help`;

const ROOT = join(import.meta.dirname, "..");
const AGENT_COUNT = 40;
const AGENT_CAPACITY = 100;
const LOADS = [
  { textsPerSecond: 25, seconds: 20 },
  { textsPerSecond: 50, seconds: 20 },
  { textsPerSecond: 100, seconds: 10 },
];
/** Texts before each measurement, which open connections and let the code be compiled. */
const WARM_UP = { perSecond: 20, count: 20, firstCustomer: 0 };
/** The first customer whose text is measured. */
const FIRST_MEASURED_CUSTOMER = 1000;
const LOAD_TIME_RUNS = 9;

const main = async (): Promise<void> => {
  const { values } = parseArgs({ options: { help: { type: "boolean", default: false } } });
  if (values.help) {
    console.log(HELP);
    return;
  }
  await buildApp();
  await printBundle();
  for (const load of LOADS) await printLoad(load);
};

const print = (name: string, figure: string): void => console.log(`${name.padEnd(34)} ${figure}`);

const printBundle = async (): Promise<void> => {
  const files = BUNDLE.map((file) => join(ROOT, file));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  print("Bundle size, both files", `${(sum(sizes) / 1e6).toFixed(2)} MB (budget: under 3.2 MB)`);
  const folder = await mkdtemp(join(tmpdir(), "hilo-bench-"));
  try {
    const empty = join(folder, "empty.cjs");
    await build({
      stdin: { contents: EMPTY_APP, resolveDir: import.meta.dirname },
      outfile: empty,
      bundle: true,
      platform: "node",
      format: "cjs",
      minify: true,
      logLevel: "error",
      external: ["@azure/functions-core"],
    });
    const ours = await medianLoadTime(folder, files[0] ?? "");
    const baseline = await medianLoadTime(folder, empty);
    print(`Load time, median of ${LOAD_TIME_RUNS}`, `${ours.toFixed(0)} ms`);
    const ratio = (ours / baseline).toFixed(2);
    print("Load time of an empty durable app", `${baseline.toFixed(0)} ms (ratio ${ratio}, budget: 2)`);
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** One empty function and one empty orchestration, with the libraries that every durable app loads. */
const EMPTY_APP = `
  import { app } from "@azure/functions";
  import * as df from "durable-functions";
  app.http("empty", { handler: async () => ({}) });
  df.app.orchestration("empty", function* () {});
`;

/** Loads an app in a new process, as a worker does, with a host module that ignores all registrations. */
const LOADER = `
  const Module = require("node:module");
  const core = new Proxy({ Disposable: class {} }, { get: (target, name) => target[name] ?? (() => ({ dispose() {} })) });
  const load = Module._load;
  Module._load = function (id) { return id === "@azure/functions-core" ? core : load.apply(this, arguments); };
  const started = performance.now();
  require(process.argv[2]);
  console.log(performance.now() - started);
`;

const medianLoadTime = async (folder: string, app: string): Promise<number> => {
  const loader = join(folder, "loader.cjs");
  await writeFile(loader, LOADER);
  const times = Array.from({ length: LOAD_TIME_RUNS }, () => {
    const env = {
      THREAD_ID_KEY: Buffer.alloc(32).toString("base64"),
      AUTH_ISSUER: "http://a",
      AUTH_AUDIENCE: "a",
      AUTH_JWKS_URL: "http://a/jwks",
      SERVICE_BUS: "a",
      COSMOS_CONNECTION_STRING: "a",
      ACS_CONNECTION_STRING: "endpoint=http://a;accesskey=a",
    };
    const run = spawnSync(process.execPath, [loader, app], { env, encoding: "utf8" });
    return Number(run.stdout.trim().split("\n").at(-1));
  });
  return percentile(times, 0.5);
};

const printLoad = async ({ textsPerSecond, seconds }: (typeof LOADS)[number]): Promise<void> => {
  const environment = await LocalEnvironment.start({ ports: FREE_PORTS, organisation: manyAgents() });
  try {
    await sendTexts(environment, WARM_UP);
    const count = textsPerSecond * seconds;
    await sendTexts(environment, { perSecond: textsPerSecond, count, firstCustomer: FIRST_MEASURED_CUSTOMER });
    const conversations = (await conversationsIn(environment)).filter(isMeasured);
    const offers = conversations.flatMap((conversation) =>
      conversation.state === "offered"
        ? [{ textAt: Date.parse(conversation.lastTextAt), offeredAt: Date.parse(conversation.offer.offeredAt) }]
        : [],
    );
    const latencies = offers.map(({ textAt, offeredAt }) => offeredAt - textAt);
    const started = Math.min(...conversations.map(({ lastTextAt }) => Date.parse(lastTextAt)));
    const ended = Math.max(...offers.map(({ offeredAt }) => offeredAt));
    print(
      `${textsPerSecond} texts/s for ${seconds} s`,
      `${offers.length} of ${conversations.length} offered at ${((offers.length * 1000) / (ended - started)).toFixed(1)}/s, ` +
        `received to offered: p50 ${percentile(latencies, 0.5)} ms, p99 ${percentile(latencies, 0.99)} ms, ` +
        `max ${Math.max(...latencies)} ms`,
    );
  } finally {
    await environment.stop();
  }
};

const customerNumber = (customer: number): string => `+1425${2_000_000 + customer}`;

const isMeasured = ({ customer }: Conversation): boolean => customer >= customerNumber(FIRST_MEASURED_CUSTOMER);

/** Sends texts at an even pace, all from different customers, and waits until they are processed. */
const sendTexts = async (
  environment: LocalEnvironment,
  { perSecond, count, firstCustomer }: { perSecond: number; count: number; firstCustomer: number },
): Promise<void> => {
  const started = performance.now();
  for (let sent = 0; sent < count; sent++) {
    const wait = started + (sent * 1000) / perSecond - performance.now();
    if (wait > 0) await setTimeout(wait);
    const from = customerNumber(firstCustomer + sent);
    environment.phoneNetwork.text({ from, to: SAMPLE_CHANNEL_NUMBER, text: "My tent leaks, what can I do about it?" });
  }
  await environment.settled();
};

const conversationsIn = async (environment: LocalEnvironment): Promise<readonly Conversation[]> => {
  const containers = await createDatabase(environment.cosmos.connectionString, "hilo");
  const conversations: Conversation[] = [];
  for await (const page of new CosmosConversations(containers).open()) {
    conversations.push(...page.map(({ value }) => value));
  }
  return conversations;
};

const manyAgents = (): SampleOrganisation => ({
  ...sampleOrganisation(),
  agents: Array.from({ length: AGENT_COUNT }, (_, index) =>
    agentSchema.parse({
      id: `agent-${index}`,
      name: `Agent ${index}`,
      capacity: AGENT_CAPACITY,
      load: 0,
      claims: {},
      queueIds: ["support"],
      skills: [],
      presence: "available",
    }),
  ),
});

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** @param share - from 0 to 1. */
const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

await main();
process.exit(0);
