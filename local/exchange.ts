import type { ActionCounts } from "../twin/functions-host/durable/task-hub.ts";
import { Colleague, Customer } from "./people.ts";
import { SAMPLE_CHANNEL_NUMBER, sampleOrganisation } from "./sample-organisation.ts";
import { FREE_PORTS, Twin } from "./twin.ts";

/** What something used of the services that are paid for by use. */
export interface Usage {
  /** Of Cosmos DB, by the documented costs of its operations. */
  readonly requestUnits: number;
  /** Sent to Service Bus; each is received and settled as well. */
  readonly messages: number;
  /** Durable actions, as the Durable Task Scheduler counts them. */
  readonly actions: number;
  /** Attempts of Event Grid to deliver an event. */
  readonly deliveries: number;
  /** Calls of functions, orchestrators and activities among them. */
  readonly executions: number;
}

/** What a durable action of each kind counts: an activity is scheduled and completed. */
const ACTION_WEIGHTS: ActionCounts = {
  orchestrationsStarted: 1,
  activitiesScheduled: 2,
  timersCreated: 1,
  eventsRaised: 1,
};

const ROBIN = "+14255550123";
const REPLY = "Which model is it?";
const MINUTE_MS = 60_000;
/** From the send to the carrier's report. */
const REPORT_MS = 100;

/**
 * Plays one text that goes to an idle agent, its acceptance, one reply and one delivery report on a twin of its own, and
 * then a minute in which nothing happens but a sweep. The bundle must have been built.
 * @returns what each used.
 * @throws Error when it does not come to a reply that is delivered.
 */
export const measureExchange = async (): Promise<{ readonly exchange: Usage; readonly sweep: Usage }> => {
  let executions = 0;
  const sample = sampleOrganisation();
  const twin = await Twin.start({
    ports: FREE_PORTS,
    organisation: { ...sample, agents: sample.agents.filter(({ id }) => id === "ana") },
    faults: { beforeInvocation: () => void executions++ },
  });
  const used = (): Usage => ({
    requestUnits: twin.cosmos.usage.requestUnits,
    messages: sum(Object.values(twin.serviceBus.acceptedMessages)),
    actions: sum(kinds.map((kind) => twin.taskHub.actionCounts()[kind] * ACTION_WEIGHTS[kind])),
    deliveries: twin.eventGrid.deliveries().length,
    executions,
  });
  const usedBy = async (act: () => Promise<void>): Promise<Usage> => {
    const before = used();
    await act();
    return difference(used(), before);
  };
  try {
    // Settings are read every ten seconds at most, and not with each text.
    await new Customer(twin.addresses, "+14255550199").text(SAMPLE_CHANNEL_NUMBER, "Something else, before.");
    await twin.settled();
    const exchange = await usedBy(() => play(twin));
    await check(twin);
    return { exchange, sweep: await usedBy(() => pass(twin, MINUTE_MS)) };
  } finally {
    await twin.stop();
  }
};

const kinds = Object.keys(ACTION_WEIGHTS) as (keyof ActionCounts)[];

const play = async (twin: Twin): Promise<void> => {
  const ana = new Colleague(twin.addresses, "ana");
  await new Customer(twin.addresses, ROBIN).text(SAMPLE_CHANNEL_NUMBER, "My tent leaks.");
  await twin.settled();
  const offered = conversationOf(twin);
  await ana.act(offered, "accept");
  await ana.reply(offered, REPLY);
  await twin.settled();
  await pass(twin, REPORT_MS);
};

/** The conversation of the text that came last. */
const conversationOf = (twin: Twin): string => twin.taskHub.instances().at(-1)?.instanceId.replace(/-\d+$/, "") ?? "";

const check = async (twin: Twin): Promise<void> => {
  const { body } = await new Colleague(twin.addresses, "ana").call(`conversations/${conversationOf(twin)}/messages`);
  const [last] = body.items;
  const received = await new Customer(twin.addresses, ROBIN).received();
  if (last?.state !== "delivered" || received.join() !== REPLY) {
    throw new Error(`the exchange did not come to its end: ${last?.state}, ${received.length} texts received`);
  }
};

const pass = async (twin: Twin, milliseconds: number): Promise<void> => {
  twin.clock.advance(milliseconds);
  await twin.settled();
};

const difference = (after: Usage, before: Usage): Usage => ({
  requestUnits: after.requestUnits - before.requestUnits,
  messages: after.messages - before.messages,
  actions: after.actions - before.actions,
  deliveries: after.deliveries - before.deliveries,
  executions: after.executions - before.executions,
});

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
