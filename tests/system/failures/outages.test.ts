import type { OperationKind } from "azure-twin/cosmos";
import { describe, expect, it, vi } from "vitest";
import { advanceUntilSettled } from "../support/advance-until-settled.ts";
import { awaitReports, fetchReply, openAndAccept, textsOf, textsOnHandset } from "../support/conversation-steps.ts";
import { ROBIN, shareTwin, startTeam, type Team } from "../support/team.ts";

const nextTeam = shareTwin();

/** More attempts than any retry makes: the outage lasts until the test ends it. */
const ALL = 1000;
/** Time for two sweeps: at the first, nothing is a minute old yet. */
const SWEEPS_MS = 125_000;
/** The delay of Event Grid's first retry. */
const FIRST_RETRY_MS = 10_000;

/** Sends Robin's text. @returns a function that lists the statuses of the event's deliveries so far. */
const textAndWatch = ({ twin, number }: Team, text: string) => {
  const { eventId } = twin.phoneNetwork.text({ from: ROBIN, to: number, text });
  return () =>
    twin.eventGrid
      .deliveries()
      .filter((delivery) => delivery.eventId === eventId)
      .map(({ status }) => status);
};

const expectProcessedOnce = async ({ ana, ben }: Team, text: string): Promise<void> => {
  const [id = "", ...others] = [...(await ana.workItems("offered")), ...(await ben.workItems("offered"))];
  expect(others).toEqual([]);
  expect(await textsOf(ana, id, "thread")).toEqual([text]);
};

describe("while Cosmos DB or Service Bus is unavailable or throttled, the app", () => {
  it.each<{ container: string; operation: OperationKind }>([
    { container: "messages", operation: "create" },
    { container: "conversations", operation: "read" },
    { container: "conversations", operation: "create" },
    { container: "contacts", operation: "query" },
  ])("keeps a text itself when $container refuse $operation, and processes it once", async (struck) => {
    const team = nextTeam();
    team.twin.cosmos.faults.inject({ ...struck, times: ALL, fault: { kind: "unavailable" } });
    const statuses = textAndWatch(team, "My tent leaks.");
    await vi.waitFor(() => expect(statuses()).toEqual([202]), 10_000);
    team.twin.cosmos.faults.clear();
    await advanceUntilSettled(team.twin);
    expect(statuses()).toEqual([202]);
    await expectProcessedOnce(team, "My tent leaks.");
  });

  it("lets Event Grid redeliver a text when neither stores nor broker take it", async () => {
    const team = nextTeam();
    team.twin.cosmos.faults.inject({ container: "messages", times: ALL, fault: { kind: "unavailable" } });
    team.twin.serviceBus.faults.refuseSends("provider-events", ALL);
    const statuses = textAndWatch(team, "My tent leaks.");
    await vi.waitFor(() => expect(statuses()).toEqual([500]), 10_000);
    team.twin.cosmos.faults.clear();
    team.twin.serviceBus.faults.refuseSends("provider-events", 0);
    team.twin.clock.advance(FIRST_RETRY_MS);
    await team.twin.settled();
    expect(statuses()).toEqual([500, 202]);
    await expectProcessedOnce(team, "My tent leaks.");
  });

  it.each(["messages", "conversations"])(
    "stores a text once when the response of a write to %s is lost",
    async (container) => {
      const team = nextTeam();
      const fault = { kind: "connection-lost", when: "after" } as const;
      team.twin.cosmos.faults.inject({ container, operation: "create", times: 1, fault });
      const statuses = textAndWatch(team, "My tent leaks.");
      await team.twin.settled();
      team.twin.clock.advance(FIRST_RETRY_MS);
      await team.twin.settled();
      expect(statuses().at(-1)).toBe(202);
      await expectProcessedOnce(team, "My tent leaks.");
    },
  );

  it("retries a throttled request itself, without a redelivery", async () => {
    const team = nextTeam();
    team.twin.cosmos.faults.inject({ times: 5, fault: { kind: "throttled", retryAfterMs: 5 } });
    const statuses = textAndWatch(team, "My tent leaks.");
    await team.twin.settled();
    expect(statuses()).toEqual([202]);
    await expectProcessedOnce(team, "My tent leaks.");
  });

  it.each(["work-items", "dispatch"])("routes a text after sends to the queue %s fail", async (queue) => {
    const team = nextTeam();
    team.twin.serviceBus.faults.refuseSends(queue, 3);
    const statuses = textAndWatch(team, "My tent leaks.");
    await team.twin.settled();
    team.twin.clock.advance(FIRST_RETRY_MS);
    await team.twin.settled();
    expect(statuses().at(-1)).toBe(202);
    await expectProcessedOnce(team, "My tent leaks.");
  });

  it("routes a text after the broker restarts", async () => {
    const team = await startTeam();
    const port = Number(new URL(team.twin.addresses.serviceBus.split(";")[0]?.slice("Endpoint=".length) ?? "").port);
    await team.twin.serviceBus.stop();
    const statuses = textAndWatch(team, "My tent leaks.");
    await vi.waitFor(() => expect(statuses()).toEqual([500]), 25_000);
    await team.twin.serviceBus.start(port);
    team.twin.clock.advance(FIRST_RETRY_MS);
    await vi.waitFor(() => expect(statuses()).toEqual([500, 202]), 10_000);
    await team.twin.settled();
    await expectProcessedOnce(team, "My tent leaks.");
  });

  it("stores a reply while the broker is down, and sends it once with the sweep", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    team.twin.serviceBus.faults.refuseSends("outbound-sms", ALL);
    const stored = await team.ana.reply(id, "Which one is it?");
    expect([stored.status, stored.body.message.state]).toEqual([202, "queued"]);
    await team.twin.settled();
    team.twin.serviceBus.faults.refuseSends("outbound-sms", 0);
    team.twin.clock.advance(SWEEPS_MS);
    await awaitReports(team);
    expect(await fetchReply(team.ana, id, stored)).toMatchObject({ state: "delivered" });
    expect(textsOnHandset(team)).toEqual(["Which one is it?"]);
  });

  it("responds 503 to a reply while the store is down, and sends the retried reply once", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
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
    expect(textsOnHandset(team)).toEqual(["Which one is it?"]);
  });

  it("completes a transition while the broker is down, and releases the capacity with the sweep", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    team.twin.serviceBus.faults.refuseSends("dispatch", ALL);
    const ended = await team.ana.act(id, "park");
    team.twin.serviceBus.faults.refuseSends("dispatch", 0);
    expect([ended.status, ended.body.state]).toEqual([200, "waiting"]);
    team.twin.clock.advance(SWEEPS_MS);
    await team.twin.settled();
    expect((await team.ana.call("me")).body.load).toBe(0);
  });

  it.each([
    { when: "before the provider gets it", operation: "read" },
    { when: "after the provider gets it, before that is recorded", operation: "patch" },
  ] as const)("sends a reply once when the store fails $when", async ({ operation }) => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    const unavailable = { kind: "unavailable" } as const;
    team.twin.cosmos.faults.inject({ container: "messages", operation, times: 3, fault: unavailable });
    const answer = await team.ana.reply(id, "Which one is it?");
    await awaitReports(team);
    team.twin.clock.advance(FIRST_RETRY_MS); // in case the store failed when the report arrived
    await team.twin.settled();
    expect(await fetchReply(team.ana, id, answer)).toMatchObject({ state: "delivered" });
    expect(textsOnHandset(team)).toEqual(["Which one is it?"]);
  });

  it("keeps a text and a reply while Cosmos DB refuses access, logs errors, and then processes both", async () => {
    const errors: string[] = [];
    const team = await startTeam(
      {},
      {
        log: ({ level, functionName, message }) =>
          void (level === "error" && errors.push(`${functionName} ${message}`)),
      },
    );
    const id = await openAndAccept(team);
    const { cosmos, serviceBus } = team.twin;
    const forbidden = { times: Number.POSITIVE_INFINITY, fault: { kind: "forbidden" } } as const;
    cosmos.faults.inject({ container: "messages", operation: "read", ...forbidden });
    const reply = await team.ana.reply(id, "Which one is it?");
    const isLogged = (name: string) => errors.some((line) => line.startsWith(name) && line.includes("(403)"));
    await vi.waitFor(() => expect(isLogged("outbound-sms")).toBe(true), 10_000);
    cosmos.faults.inject(forbidden);
    const statuses = textAndWatch(team, "The red one.");
    await vi.waitFor(() => expect(statuses()).toEqual([202]), 10_000);
    expect(isLogged("sms-received")).toBe(true);
    cosmos.faults.clear();
    await awaitReports(team);
    expect(await fetchReply(team.ana, id, reply)).toMatchObject({ state: "delivered" });
    expect((await textsOf(team.ana, id)).toSorted()).toEqual(["My tent leaks.", "The red one.", "Which one is it?"]);
    const deadLettered = Object.values(serviceBus.snapshot()).map((queue) => queue.deadLettered);
    expect(new Set(deadLettered)).toEqual(new Set([0]));
  });

  it("never responds to Event Grid with a status that ends the retries", async () => {
    const { twin } = nextTeam();
    const finals = twin.eventGrid.deliveries().filter(({ status }) => [400, 401, 403, 413].includes(status ?? 0));
    expect(finals).toEqual([]);
    expect(twin.eventGrid.deadLetters()).toEqual([]);
  });
});
