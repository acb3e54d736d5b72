import * as z from "zod";
import { appSettingsOf, resourcesOf, snapshotNames, templates } from "./snapshot.ts";

// Rules that the compiler does not know. `npm run check:bicep` prints their problems, with and without a compiler.

/**
 * The alerts of every environment: name, severity, and when it fires. An alert that is added, removed or changed fails the
 * check: change the table with it, and docs/runbook.md.
 */
const ALERTS: readonly string[] = [
  "cosmos-throttled | 2 | TotalRequests: Count above 100 in PT5M",
  "dead-letters | 1 | DeadletteredMessages: Maximum above 0 in PT5M",
  "event-quarantined | 2 | events: Total above 0 in PT15M",
  "events-dropped | 0 | DroppedEventCount: Total above 0 in PT5M",
  "events-failing | 2 | DeliveryAttemptFailCount: Total above 3 in PT15M",
  "functions-failing | 2 | failed: Total above 3 in PT15M",
  "log-cap-reached | 1 | stops: Total above 0 in PT15M",
  "oldest-waiting | 2 | seconds: Maximum above 1800 in PT15M",
  "outbound-backlog | 2 | ScheduledMessages: Minimum above 0 in PT30M",
  "queue-backlog | 2 | ActiveMessages: Minimum above 0 in PT30M",
  "replies-failing | 2 | failed: Total above 2 in PT15M",
  "service-bus-throttled | 2 | ThrottledRequests: Total above 0 in PT5M",
  "signatures-refused | 1 | refused: Total above 2 in PT15M",
  "sweep-silent | 1 | silent: Maximum above 0 in PT15M",
];
/** The alert of an environment in which Event Grid stores dead letters. */
const DEAD_LETTER_ALERT = "events-dead-lettered | 1 | DeadLetteredCount: Total above 0 in PT5M";

const ruleSchema = z.object({
  severity: z.int(),
  windowSize: z.string(),
  criteria: z.object({
    allOf: z.tuple([
      z.object({
        metricName: z.string().optional(),
        metricMeasureColumn: z.string().optional(),
        timeAggregation: z.string(),
        operator: z.literal("GreaterThan"),
        threshold: z.number(),
      }),
    ]),
  }),
});

/** The alerts that a parameter file would deploy, in the form of the table. */
const alertsOf = (name: string): readonly string[] =>
  ["Microsoft.Insights/metricAlerts", "Microsoft.Insights/scheduledQueryRules"]
    .flatMap((type) => resourcesOf(name, type))
    .map(({ name: id, properties }) => {
      const { severity, windowSize, criteria } = ruleSchema.parse(properties);
      const [{ metricName, metricMeasureColumn, timeAggregation, threshold }] = criteria.allOf;
      const alert = id.replace(/^hilo-[a-z]+-/, "");
      return `${alert} | ${severity} | ${metricName ?? metricMeasureColumn}: ${timeAggregation} above ${threshold} in ${windowSize}`;
    })
    .toSorted();

const expectedAlerts = (name: string): readonly string[] =>
  (keepsDeadLetters(name) ? [...ALERTS, DEAD_LETTER_ALERT] : ALERTS).toSorted();

const keepsDeadLetters = (name: string): boolean =>
  resourcesOf(name, "Microsoft.EventGrid/systemTopics").some(({ identity }) => identity != null);

/** @returns the alerts that are missing in `actual` or not in the table. */
export const alertProblems = (
  name: string,
  actual: readonly string[],
  expected: readonly string[],
): readonly string[] => [
  ...expected.filter((alert) => !actual.includes(alert)).map((alert) => `alerts: ${name} has not: ${alert}`),
  ...actual
    .filter((alert) => !expected.includes(alert))
    .map((alert) => `alerts: the table has not: ${alert} (${name})`),
];

/** The scale controller reads the durable back end from host.json, and sees no app setting that overrides it. */
export const hostSettingProblems = (name: string, settings: Readonly<Record<string, string>>): readonly string[] =>
  Object.keys(settings)
    .filter((setting) => setting.startsWith("AzureFunctionsJobHost__"))
    .map((setting) => `settings: ${name} overrides host.json by ${setting}`);

const ASSIGNMENT = /^resource (\w+) '[\w./]+\/(?:sqlRoleAssignments|roleAssignments)@[^\n]*\n([\s\S]*?)^[}\]]/gm;

/** An assignment whose name lacks the principal cannot be made for another principal. Azure refuses to change it. */
export const roleNameProblems = (path: string, source: string): readonly string[] =>
  [...source.matchAll(ASSIGNMENT)].flatMap(([, resource = "", body = ""]) => {
    const [, name = ""] = /^ *name: (guid\(.*\))$/m.exec(body) ?? [];
    const [, principal = ""] = /^ *principalId: (\w+)/m.exec(body) ?? [];
    const isNamedByPrincipal = principal !== "" && new RegExp(`\\b${principal}\\b`).test(name);
    return isNamedByPrincipal ? [] : [`roles: the name of ${resource} in bicep/${path} lacks its principal`];
  });

/** All problems of the committed templates and snapshots. */
export const ruleProblems = (): readonly string[] => {
  const workloads = snapshotNames().filter((name) => resourcesOf(name, "Microsoft.Web/sites").length > 0);
  return [
    ...workloads.flatMap((name) => hostSettingProblems(name, appSettingsOf(name))),
    ...workloads.flatMap((name) => alertProblems(name, alertsOf(name), expectedAlerts(name))),
    ...templates().flatMap(({ path, source }) => roleNameProblems(path, source)),
  ];
};
