import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LogEntry } from "azure-twin/functions-host";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { HOP_PREFIX } from "../functions/invocation/hop-log.ts";
import { type Colleague, Customer } from "../local/people.ts";
import { SAMPLE_CHANNEL_NUMBER } from "../local/sample-organisation.ts";
import { startTestSystem } from "../tests/system/support/test-system.ts";
import { resourcesOf } from "./snapshot.ts";

const ROBIN = "+14255550123";

const querySchema = z.object({
  criteria: z.object({ allOf: z.tuple([z.object({ query: z.string(), metricMeasureColumn: z.string() })]) }),
});

/** The query of a log alert. */
const queryOf = (alert: string): string => {
  const [found] = resourcesOf("params/main.prod", "Microsoft.Insights/scheduledQueryRules").filter(({ name }) =>
    name.endsWith(`-${alert}`),
  );
  return querySchema.parse(found?.properties).criteria.allOf[0].query;
};

/** The prefix of the log lines that a query reads. */
const prefixIn = (query: string): string => /message startswith ['"](.+?)['"]/.exec(query)?.[1] ?? "";

/** Starts a twin and collects its log. */
const startLoggedSystem = async () => {
  const log: LogEntry[] = [];
  const system = await startTestSystem({ log: (entry) => void log.push(entry) });
  /** The JSON of the last log line with this prefix. */
  const lastLogged = (prefix: string): Record<string, unknown> => {
    const line = log.findLast(({ source, message }) => source === "app" && message.startsWith(prefix));
    return JSON.parse(line?.message.slice(prefix.length) ?? "{}");
  };
  return { ...system, lastLogged };
};

describe("the log alerts", () => {
  it("read the age of the oldest waiting conversation from a line that the app logs", async () => {
    const query = queryOf("oldest-waiting");
    const { twin, lastLogged, colleague } = await startLoggedSystem();
    for (const agent of ["ana", "ben"]) await colleague(agent).setPresence("busy");
    await new Customer(twin.addresses, ROBIN).text(SAMPLE_CHANNEL_NUMBER, "Hello, my tent leaks.");
    await twin.settled();
    for (let minute = 0; minute < 3; minute++) {
      twin.clock.advance(60_000);
      await twin.settled();
    }
    const { oldestWaitingSeconds } = lastLogged(prefixIn(query));
    expect(oldestWaitingSeconds).toBeGreaterThan(60);
    expect(query).toContain(`substring(message, ${prefixIn(query).length})).oldestWaitingSeconds`);
  });

  it("count failed replies by lines that the app logs, without number or text", async () => {
    const { twin, lastLogged, colleague, text } = await startLoggedSystem();
    await text(ROBIN, "Hello, my tent leaks.");
    const ana: Colleague = colleague("ana");
    const [offered] = [...(await ana.workItems("offered")), ...(await colleague("ben").workItems("offered"))];
    const agent = (await ana.workItems("offered")).length > 0 ? ana : colleague("ben");
    await agent.act(offered ?? "", "accept");
    twin.phoneNetwork.addFault({ on: "send", effect: "refuse-recipient", httpStatusCode: 400, errorMessage: "-" });
    const { body } = await agent.reply(offered ?? "", "Which model is it?");
    await twin.settled();
    const line = lastLogged(prefixIn(queryOf("replies-failing")));
    expect(line).toEqual({ messageId: body.message.id, failure: expect.any(String) });
    expect(JSON.stringify(line)).not.toMatch(/\+1425|Which model/);
  });

  it("look for the sweep under the name of its function", () => {
    const main = readFileSync(join(import.meta.dirname, "../functions/main.ts"), "utf8");
    const [, name] = /name == "(\w+)"/.exec(queryOf("sweep-silent")) ?? [];
    expect(main).toContain(`app.timer("${name}"`);
  });
});

describe("the workbook", () => {
  it("reads the same lines as the alerts, and refers to every resource that it shows", () => {
    const [workbook] = resourcesOf("params/main.prod", "Microsoft.Insights/workbooks");
    const text = z.string().parse(workbook?.properties.serializedData);
    for (const alert of ["oldest-waiting", "replies-failing"]) expect(text).toContain(prefixIn(queryOf(alert)));
    const template = readFileSync(join(import.meta.dirname, "workbook.json"), "utf8");
    const placeholders = new Set(template.match(/\{\w+\}/g));
    expect(JSON.parse(template)).toMatchObject({ version: "Notebook/1.0" });
    const parameter = "{Id}"; // of the workbook itself
    expect(placeholders).toEqual(new Set(["{insights}", "{serviceBus}", "{eventTopic}", "{cosmos}", parameter]));
  });

  it("follows a text by the query of the runbook, which reads the lines that the app logs", () => {
    const query = readFileSync(join(import.meta.dirname, "../docs/follow-a-text.kql"), "utf8").trim();
    const items: { content: { query?: string } }[] = JSON.parse(
      readFileSync(join(import.meta.dirname, "workbook.json"), "utf8"),
    ).items;
    expect(items.filter(({ content }) => content.query === query)).toHaveLength(1);
    expect(prefixIn(query)).toBe(HOP_PREFIX);
    expect(query).toContain(`substring(message, ${HOP_PREFIX.length})`);
  });

  it.each([
    ["event-quarantined", "quarantined: "],
    ["signatures-refused", "signature refused: "],
  ])("is complemented by the alert %s, on a line that the app logs", (alert, prefix) => {
    const sources = ["invocation/log-outcome.ts", "provider-webhook.ts"].map((file) =>
      readFileSync(join(import.meta.dirname, "../functions", file), "utf8"),
    );
    expect(prefixIn(queryOf(alert))).toBe(prefix);
    expect(sources.join()).toContain(`context.warn(\`${prefix}`);
  });
});

describe("docs/runbook.md", () => {
  it("has an entry for every alert", () => {
    const runbook = readFileSync(join(import.meta.dirname, "../docs/runbook.md"), "utf8");
    const alerts = ["Microsoft.Insights/metricAlerts", "Microsoft.Insights/scheduledQueryRules"].flatMap((type) =>
      resourcesOf("fixtures/other-switches", type).map(({ name }) => name.replace("hilo-dev-", "")),
    );
    const headings = [...runbook.matchAll(/^### `([\w-]+)`$/gm)].map(([, name]) => name);
    expect(headings.toSorted()).toEqual([...alerts, "budget"].toSorted());
  });
});
