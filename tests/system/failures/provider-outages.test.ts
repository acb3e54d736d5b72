import { describe, expect, it, vi } from "vitest";
import { textsOf } from "../support/conversation-steps.ts";
import { ROBIN, shareTwin, type Team } from "../support/team.ts";

/** More than anybody tries, so that an outage lasts until it is ended. */
const ALL = 10_000;
/** Far shorter than a message is locked, in milliseconds. */
const LEAP_MS = 5000;
/** After which a message that was kept anew is handed over. */
const KEPT_ANEW_MS = 300_000;

/** Has Robin text. @returns how the provider's calls about it were answered so far. */
const textIn = ({ twin, number }: Team) => {
  const before = twin.phoneNetwork.webhookCalls().length;
  twin.phoneNetwork.text({ from: ROBIN, to: number, text: "My tent leaks." });
  return () =>
    twin.phoneNetwork
      .webhookCalls()
      .slice(before)
      .map(({ status }) => status);
};

const expectTakenInOnce = async ({ ana, ben }: Team): Promise<void> => {
  const [id = "", ...others] = [...(await ana.workItems("offered")), ...(await ben.workItems("offered"))];
  expect(others).toEqual([]);
  expect(await textsOf(ana, id, "thread")).toEqual(["My tent leaks."]);
};

describe.each(["twilio", "telesign"] as const)("Cosmos DB or Service Bus unavailable, while %s calls", (provider) => {
  const nextTeam = shareTwin({ provider, numberType: "long-code" });

  it("answers at once while the store is down for longer than a message is tried, and takes the text in when it is back", async () => {
    const team = nextTeam();
    const { twin } = team;
    twin.cosmos.faults.inject({ container: "messages", times: ALL, fault: { kind: "unavailable" } });
    const statuses = textIn(team);
    await vi.waitFor(() => expect(statuses()).toEqual([200]), 10_000);
    const queue = () => twin.serviceBus.snapshot()["provider-events"];
    await vi.waitFor(
      () => {
        twin.clock.advance(LEAP_MS);
        expect(queue()).toMatchObject({ active: 0, locked: 0, scheduled: 1 });
      },
      { timeout: 20_000, interval: 50 },
    );
    twin.cosmos.faults.clear();
    twin.clock.advance(KEPT_ANEW_MS);
    await twin.settled();
    expect(statuses()).toEqual([200]);
    expect(queue()).toMatchObject({ active: 0, scheduled: 0 });
    await expectTakenInOnce(team);
  });

  it("takes the text in at once while the broker takes no call", async () => {
    const team = nextTeam();
    team.twin.serviceBus.faults.refuseSends("provider-events", ALL);
    const statuses = textIn(team);
    await team.twin.settled();
    team.twin.serviceBus.faults.refuseSends("provider-events", 0);
    expect(statuses()).toEqual([200]);
    await expectTakenInOnce(team);
  });
});
