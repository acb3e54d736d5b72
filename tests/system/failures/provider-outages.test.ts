import { describe, expect, it, vi } from "vitest";
import { advanceUntilSettled } from "../support/advance-until-settled.ts";
import { textsOf } from "../support/conversation-steps.ts";
import { ROBIN, shareTwin, type Team } from "../support/team.ts";

/** More attempts than any retry makes: the outage lasts until the test ends it. */
const ALL = 10_000;
/** Shorter than a message lock, in milliseconds. */
const STEP_MS = 30_000;

/** Sends Robin's text. @returns a function that lists the statuses of the provider's requests so far. */
const textAndWatch = ({ twin, number }: Team) => {
  const before = twin.phoneNetwork.webhookCalls().length;
  twin.phoneNetwork.text({ from: ROBIN, to: number, text: "My tent leaks." });
  return () =>
    twin.phoneNetwork
      .webhookCalls()
      .slice(before)
      .map(({ status }) => status);
};

const expectProcessedOnce = async ({ ana, ben }: Team): Promise<void> => {
  const [id = "", ...others] = [...(await ana.workItems("offered")), ...(await ben.workItems("offered"))];
  expect(others).toEqual([]);
  expect(await textsOf(ana, id, "thread")).toEqual(["My tent leaks."]);
};

describe.each(["twilio", "telesign"] as const)(
  "a text from %s while Cosmos DB or Service Bus is unavailable",
  (provider) => {
    const nextTeam = shareTwin({ provider, numberType: "long-code" });

    it("is acknowledged at once, outlasts any outage in its queue, and is processed when the store is back", async () => {
      const team = nextTeam();
      const { twin } = team;
      twin.cosmos.faults.inject({ container: "messages", times: ALL, fault: { kind: "unavailable" } });
      const statuses = textAndWatch(team);
      await vi.waitFor(() => expect(statuses()).toEqual([200]), 10_000);
      const queue = () => twin.serviceBus.snapshot()["provider-events"];
      for (let step = 0; step < 40; step++) {
        await twin.settled();
        twin.clock.advance(STEP_MS);
      }
      await twin.settled();
      expect(queue()).toMatchObject({ active: 0, locked: 0, scheduled: 1, deadLettered: 0 });
      twin.cosmos.faults.clear();
      await advanceUntilSettled(twin);
      expect(statuses()).toEqual([200]);
      expect(queue()).toMatchObject({ active: 0, scheduled: 0 });
      await expectProcessedOnce(team);
    });

    it("is processed directly while the broker refuses the event", async () => {
      const team = nextTeam();
      team.twin.serviceBus.faults.refuseSends("provider-events", ALL);
      const statuses = textAndWatch(team);
      await team.twin.settled();
      team.twin.serviceBus.faults.refuseSends("provider-events", 0);
      expect(statuses()).toEqual([200]);
      await expectProcessedOnce(team);
    });
  },
);
