import type { ActionCounts, LogEntry } from "azure-twin/functions-host";
import { FREE_PORTS, LocalEnvironment } from "./environment.ts";
import { logBytesOf } from "./log-size.ts";
import { Colleague, Customer } from "./people.ts";
import { SAMPLE_CHANNEL_NUMBER, sampleOrganisation } from "./sample-organisation.ts";

/** Use of the services that are billed by use. */
export interface Usage {
  /** Cosmos DB request units, estimated from the documented costs of its operations. */
  readonly requestUnits: number;
  /** Messages sent to Service Bus; all are also received and settled. */
  readonly messages: number;
  /** Durable actions as the Durable Task Scheduler bills them. */
  readonly actions: number;
  /** Delivery attempts of Event Grid. */
  readonly deliveries: number;
  /** Function executions, orchestrators and activities included. */
  readonly executions: number;
  /** Bytes of telemetry in Log Analytics, estimated from the lines of the app and the known rows of the host. */
  readonly logBytes: number;
}

/** The usage of everything that the bill counts by use. */
export interface MeasuredUsage {
  /** One text, its acceptance, one reply and one delivery report. */
  readonly exchange: Usage;
  /** The sweep of an idle minute. */
  readonly sweep: Usage;
  /** One look of an agent's client at the agent's work items. */
  readonly poll: Usage;
}

/** Billed actions for each kind of durable action: an activity is both scheduled and completed. */
const ACTION_WEIGHTS: ActionCounts = {
  orchestrationsStarted: 1,
  activitiesScheduled: 2,
  timersCreated: 1,
  eventsRaised: 1,
};

const ROBIN = "+14255550123";
const REPLY = "Which model is it?";
const MINUTE_MS = 60_000;
/** Longer than the time from a send to the carrier's report. */
const REPORT_MS = 100;

/**
 * Measures one text to an idle agent, its acceptance, one reply and one delivery report in a new environment, and then
 * an idle minute with one sweep, and one poll of an agent. The bundle must have been built.
 * @throws Error when the reply is not delivered.
 */
export const measureExchange = async (): Promise<MeasuredUsage> => {
  const invocations: string[] = [];
  const lines: LogEntry[] = [];
  const sample = sampleOrganisation();
  const environment = await LocalEnvironment.start({
    ports: FREE_PORTS,
    organisation: { ...sample, agents: sample.agents.filter(({ id }) => id === "ana") },
    faults: { beforeInvocation: ({ functionName }) => void invocations.push(functionName) },
    log: (entry) => void (entry.source === "app" && lines.push(entry)),
  });
  const used = (): Usage => ({
    requestUnits: environment.cosmos.usage.requestUnits,
    messages: sum(Object.values(environment.serviceBus.acceptedMessages)),
    actions: sum(KINDS.map((kind) => environment.taskHub.actionCounts()[kind] * ACTION_WEIGHTS[kind])),
    deliveries: environment.eventGrid.deliveries().length,
    executions: invocations.length,
    logBytes: logBytesOf({ invocations, lines, actions: environment.taskHub.actionCounts() }),
  });
  const usedBy = async (act: () => Promise<void>): Promise<Usage> => {
    const before = used();
    await act();
    return difference(used(), before);
  };
  try {
    // The sweep of this minute is over before the exchange begins, and the next one is not due before it ends.
    await pass(environment, MINUTE_MS - (environment.clock.now() % MINUTE_MS));
    // The first text also reads the settings, which are then cached for ten seconds.
    await new Customer(environment.addresses, "+14255550199").text(SAMPLE_CHANNEL_NUMBER, "Something else, before.");
    await environment.settled();
    const exchange = await usedBy(() => play(environment));
    await check(environment);
    const sweep = await usedBy(() => pass(environment, MINUTE_MS));
    const ana = await new Colleague(environment.addresses, "ana").signIn();
    return { exchange, sweep, poll: await usedBy(async () => void (await ana.workItems())) };
  } finally {
    await environment.stop();
  }
};

const KINDS = Object.keys(ACTION_WEIGHTS) as (keyof ActionCounts)[];

const play = async (environment: LocalEnvironment): Promise<void> => {
  const ana = new Colleague(environment.addresses, "ana");
  await new Customer(environment.addresses, ROBIN).text(SAMPLE_CHANNEL_NUMBER, "My tent leaks.");
  await environment.settled();
  const offered = conversationOf(environment);
  await ana.act(offered, "accept");
  await ana.reply(offered, REPLY);
  await environment.settled();
  await pass(environment, REPORT_MS);
};

/** The conversation of the latest text. */
const conversationOf = (environment: LocalEnvironment): string =>
  environment.taskHub.instances().at(-1)?.instanceId.replace(/-\d+$/, "") ?? "";

const check = async (environment: LocalEnvironment): Promise<void> => {
  const { body } = await new Colleague(environment.addresses, "ana").call(
    `conversations/${conversationOf(environment)}/messages`,
  );
  const [last] = body.items;
  const received = await new Customer(environment.addresses, ROBIN).received();
  if (last?.state !== "delivered" || received.join() !== REPLY) {
    throw new Error(`The exchange is incomplete: last message ${last?.state}, ${received.length} texts received.`);
  }
};

const pass = async (environment: LocalEnvironment, milliseconds: number): Promise<void> => {
  environment.clock.advance(milliseconds);
  await environment.settled();
};

const difference = (after: Usage, before: Usage): Usage => ({
  requestUnits: after.requestUnits - before.requestUnits,
  messages: after.messages - before.messages,
  actions: after.actions - before.actions,
  deliveries: after.deliveries - before.deliveries,
  executions: after.executions - before.executions,
  logBytes: after.logBytes - before.logBytes,
});

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
