import { describe, expect, it } from "vitest";
import type { ActionCounts } from "../../local/functions-host/durable/task-hub.ts";
import { organisationWith, setStage } from "./stage.ts";

// Of one text that goes to an idle agent, its acceptance, one reply and one delivery report, all together.
const REQUEST_UNITS = 90;
const SERVICE_BUS_MESSAGES = 4;
const DURABLE_ACTIONS = 11;

/** What a durable action of each kind counts: an activity is scheduled and completed. */
const ACTION_WEIGHTS: ActionCounts = {
  orchestrationsStarted: 1,
  activitiesScheduled: 2,
  timersCreated: 1,
  eventsRaised: 1,
};

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

const weigh = (counts: Readonly<ActionCounts>): number =>
  (Object.keys(ACTION_WEIGHTS) as (keyof ActionCounts)[]).reduce(
    (total, kind) => total + counts[kind] * ACTION_WEIGHTS[kind],
    0,
  );

describe("what a text, its acceptance, a reply and a report cost", () => {
  it("stays within the budgets of request units, messages and durable actions", async () => {
    const onlyAna = organisationWith(({ agents }) => ({ agents: agents.filter(({ id }) => id === "ana") }));
    const { twin, text, customer, colleague } = await setStage({ organisation: onlyAna });
    const ana = colleague("ana");
    // Settings are read every ten seconds at most, and not with each text.
    await text("+14255550199", "Something else, before.");
    twin.cosmos.ledger.reset();
    const messagesBefore = sum(twin.serviceBus.counts);
    const actionsBefore = weigh(twin.taskHub.actionCounts());

    await text("+14255550123", "My tent leaks.");
    const [offered = ""] = twin.taskHub
      .instances()
      .slice(-1)
      .map(({ instanceId }) => instanceId.replace(/-\d+$/, ""));
    expect((await ana.act(offered, "accept")).status).toBe(200);
    const { body } = await ana.reply(offered, "Which model is it?");
    await twin.settled();
    twin.clock.advance(100); // to the delivery report
    await twin.settled();

    expect(await customer("+14255550123").received()).toEqual(["Which model is it?"]);
    expect(twin.cosmos.ledger.requestUnits).toBeLessThanOrEqual(REQUEST_UNITS);
    expect(sum(twin.serviceBus.counts) - messagesBefore).toBeLessThanOrEqual(SERVICE_BUS_MESSAGES);
    expect(weigh(twin.taskHub.actionCounts()) - actionsBefore).toBeLessThanOrEqual(DURABLE_ACTIONS);
    const { body: message } = await ana.call(`conversations/${offered}/replies/${body.message.id}`);
    expect(message.state).toBe("delivered");
  });
});
