import type { OperationKind } from "azure-twin/cosmos";
import { describe, expect, it, vi } from "vitest";
import { hearReports, onHandset, replyOf, takeUp, textsOf } from "./matter.ts";
import { ROBIN, setTeam, shareTwin, type Team } from "./team.ts";

const nextTeam = shareTwin();

/** More than anybody tries, so that an outage lasts until it is ended. */
const ALL = 1000;
/** Two sweeps: the first finds nothing that is a minute old. */
const SWEEPS_MS = 125_000;
/** When Event Grid tries again what failed once. */
const FIRST_RETRY_MS = 10_000;

/** Has Robin text. @returns the statuses that Event Grid has been answered so far. */
const textIn = ({ twin, number }: Team, text: string) => {
  const { eventId } = twin.phoneNetwork.text({ from: ROBIN, to: number, text });
  return () =>
    twin.phoneNetwork
      .deliveries()
      .filter((each) => each.eventId === eventId)
      .map(({ status }) => status);
};

const expectTakenInOnce = async ({ ana, ben }: Team, text: string): Promise<void> => {
  const [id = "", ...others] = [...(await ana.workItems("offered")), ...(await ben.workItems("offered"))];
  expect(others).toEqual([]);
  expect(await textsOf(ana, id, "thread")).toEqual([text]);
};

describe("Cosmos DB or Service Bus unavailable, throttled", () => {
  it.each<{ container: string; operation: OperationKind }>([
    { container: "messages", operation: "create" },
    { container: "conversations", operation: "read" },
    { container: "conversations", operation: "create" },
    { container: "contacts", operation: "query" },
  ])("has Event Grid deliver again when $container take no $operation", async (struck) => {
    const team = nextTeam();
    team.twin.cosmos.faults.inject({ ...struck, times: ALL, fault: { kind: "unavailable" } });
    const statuses = textIn(team, "My tent leaks.");
    await vi.waitFor(() => expect(statuses()).toEqual([500]), 10_000);
    team.twin.cosmos.faults.clear();
    team.twin.clock.advance(FIRST_RETRY_MS);
    await team.twin.settled();
    expect(statuses()).toEqual([500, 202]);
    await expectTakenInOnce(team, "My tent leaks.");
  });

  it.each(["messages", "conversations"])("keeps a text once when the answer of %s is lost", async (container) => {
    const team = nextTeam();
    const fault = { kind: "connection-lost", when: "after" } as const;
    team.twin.cosmos.faults.inject({ container, operation: "create", times: 1, fault });
    const statuses = textIn(team, "My tent leaks.");
    await team.twin.settled();
    team.twin.clock.advance(FIRST_RETRY_MS);
    await team.twin.settled();
    expect(statuses().at(-1)).toBe(202);
    await expectTakenInOnce(team, "My tent leaks.");
  });

  it("waits a little for a store that throttles, and troubles nobody", async () => {
    const team = nextTeam();
    team.twin.cosmos.faults.inject({ times: 5, fault: { kind: "throttled", retryAfterMs: 5 } });
    const statuses = textIn(team, "My tent leaks.");
    await team.twin.settled();
    expect(statuses()).toEqual([202]);
    await expectTakenInOnce(team, "My tent leaks.");
  });

  it.each(["work-items", "dispatch"])("routes a text when the queue %s takes nothing for a while", async (queue) => {
    const team = nextTeam();
    team.twin.serviceBus.faults.refuseSends(queue, 3);
    const statuses = textIn(team, "My tent leaks.");
    await team.twin.settled();
    team.twin.clock.advance(FIRST_RETRY_MS);
    await team.twin.settled();
    expect(statuses().at(-1)).toBe(202);
    await expectTakenInOnce(team, "My tent leaks.");
  });

  it("routes a text when the broker was gone and has come back", async () => {
    const team = await setTeam();
    const port = Number(new URL(team.twin.addresses.serviceBus.split(";")[0]?.slice("Endpoint=".length) ?? "").port);
    await team.twin.serviceBus.stop();
    const statuses = textIn(team, "My tent leaks.");
    await vi.waitFor(() => expect(statuses()).toEqual([500]), 25_000);
    await team.twin.serviceBus.start(port);
    team.twin.clock.advance(FIRST_RETRY_MS);
    await vi.waitFor(() => expect(statuses()).toEqual([500, 202]), 10_000);
    await team.twin.settled();
    await expectTakenInOnce(team, "My tent leaks.");
  });

  it("keeps a reply while the broker takes nothing, and sends it once with the sweep", async () => {
    const team = nextTeam();
    const id = await takeUp(team);
    team.twin.serviceBus.faults.refuseSends("outbound-sms", ALL);
    const kept = await team.ana.reply(id, "Which one is it?");
    expect([kept.status, kept.body.message.state]).toEqual([202, "queued"]);
    await team.twin.settled();
    team.twin.serviceBus.faults.refuseSends("outbound-sms", 0);
    team.twin.clock.advance(SWEEPS_MS);
    await hearReports(team);
    expect(await replyOf(team.ana, id, kept)).toMatchObject({ state: "delivered" });
    expect(onHandset(team)).toEqual(["Which one is it?"]);
  });

  it("tells an agent to try again while the store takes nothing, and sends the reply once", async () => {
    const team = nextTeam();
    const id = await takeUp(team);
    const key = { "idempotency-key": "draft-1" };
    const unavailable = { kind: "unavailable" } as const;
    team.twin.cosmos.faults.inject({ container: "messages", operation: "create", times: ALL, fault: unavailable });
    const refused = await team.ana.reply(id, "Which one is it?", key);
    team.twin.cosmos.faults.clear();
    expect(refused.status).toBe(503);
    expect(refused.body.type).toBe("urn:hilo:problem:unavailable");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await team.ana.reply(id, "Which one is it?", key)).status).toBe(202);
    await team.twin.settled();
    expect(onHandset(team)).toEqual(["Which one is it?"]);
  });

  it("makes a transition whose broker is down, answers with it, and gives the capacity back with the sweep", async () => {
    const team = nextTeam();
    const id = await takeUp(team);
    team.twin.serviceBus.faults.refuseSends("dispatch", ALL);
    const ended = await team.ana.act(id, "park");
    team.twin.serviceBus.faults.refuseSends("dispatch", 0);
    expect([ended.status, ended.body.state]).toEqual([200, "waiting"]);
    team.twin.clock.advance(SWEEPS_MS);
    await team.twin.settled();
    expect((await team.ana.call("me")).body.load).toBe(0);
  });

  it.each([
    { when: "before the provider has it", operation: "read" },
    { when: "when the provider has it and that is not recorded", operation: "patch" },
  ] as const)("sends a reply once though the store fails $when", async ({ operation }) => {
    const team = nextTeam();
    const id = await takeUp(team);
    const unavailable = { kind: "unavailable" } as const;
    team.twin.cosmos.faults.inject({ container: "messages", operation, times: 3, fault: unavailable });
    const answer = await team.ana.reply(id, "Which one is it?");
    await hearReports(team);
    team.twin.clock.advance(FIRST_RETRY_MS); // where it was the report that found the store failing
    await team.twin.settled();
    expect(await replyOf(team.ana, id, answer)).toMatchObject({ state: "delivered" });
    expect(onHandset(team)).toEqual(["Which one is it?"]);
  });

  it("gives Event Grid no answer that it would take for final", async () => {
    const { twin } = nextTeam();
    const finals = twin.phoneNetwork.deliveries().filter(({ status }) => [400, 401, 403, 413].includes(status ?? 0));
    expect(finals).toEqual([]);
    expect(twin.phoneNetwork.deadLetters()).toEqual([]);
  });
});
