import { describe, expect, it } from "vitest";
import { openContainer } from "../support/database.ts";
import { startTeam, type Team } from "../support/team.ts";
import { CHANNEL_NUMBER } from "../support/test-system.ts";

const BILLING = "+18005550101";

const agentsOf = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `agent-${i}`);
const customersOf = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `+1425555${1000 + i}`);

describe("many texts at the same time", () => {
  it("fill ten agents to their capacity, and are then served in the order of arrival", async () => {
    const capacity = 3;
    const ids = agentsOf(10);
    const team = await startTeam({
      agents: ids.map((id) => ({ id, capacity })),
      queues: [{ id: "support", wrapUpSeconds: 0 }],
    });
    const highest = watchLoads(team);
    await textAll(team, customersOf(60), () => CHANNEL_NUMBER);

    const agents = ids.map(team.colleague);
    const offered = await Promise.all(agents.map((agent) => agent.workItems("offered")));
    expect(offered.map(({ length }) => length)).toEqual(ids.map(() => capacity));
    const line = await waitingIn(team, "support");
    expect(new Set([...offered.flat(), ...line]).size).toBe(60);

    await Promise.all(agents.flatMap((agent, i) => (offered[i] ?? []).map((id) => agent.act(id, "accept"))));
    for (const [turn, next] of line.entries()) {
      const agent = team.colleague(ids[turn % ids.length] ?? "");
      const [held = ""] = await agent.workItems("active");
      await agent.act(held, "end");
      await team.twin.settled();
      expect([turn, await agent.workItems("offered")]).toEqual([turn, [next]]);
      await agent.act(next, "accept");
    }
    expect(await waitingIn(team, "support")).toEqual([]);
    expect([...highest.values()]).toEqual(ids.map(() => capacity));
  });

  it("exceed no capacity when two queues share their agents", async () => {
    const capacity = 2;
    const ids = agentsOf(4);
    const team = await startTeam({
      agents: ids.map((id) => ({ id, capacity, queueIds: ["support", "billing"] })),
      queues: [{ id: "billing" }],
      channels: [{ id: "main" }, { id: "second", number: BILLING, queueId: "billing" }],
    });
    const highest = watchLoads(team);
    await textAll(team, customersOf(20), (i) => (i % 2 === 0 ? CHANNEL_NUMBER : BILLING));

    const offered = await Promise.all(ids.map((id) => team.colleague(id).workItems("offered")));
    expect(offered.map(({ length }) => length)).toEqual(ids.map(() => capacity));
    const waiting = [...(await waitingIn(team, "support")), ...(await waitingIn(team, "billing"))];
    expect(new Set([...offered.flat(), ...waiting]).size).toBe(20);
    expect([...highest.values()]).toEqual(ids.map(() => capacity));
  });
});

const textAll = async (
  { customer, twin }: Team,
  customers: readonly string[],
  to: (index: number) => string,
): Promise<void> => {
  await Promise.all(customers.map((number, i) => customer(number).text(to(i), "Hello!")));
  await twin.settled();
};

/** Records the highest load of each agent, read after every change of an agent. */
const watchLoads = ({ twin }: Team): ReadonlyMap<string, number> => {
  const agents = openContainer(twin, "agents");
  const highest = new Map<string, number>();
  twin.cosmos.onOperation(async (stage, { container, kind, id }) => {
    if (stage === "before" || container !== "agents" || kind !== "patch" || id === undefined) return;
    const { resource } = await agents.item(id, id).read<{ load: number }>();
    highest.set(id, Math.max(highest.get(id) ?? 0, resource?.load ?? 0));
  });
  return highest;
};

/** The conversations that wait in a queue, by arrival; at the same millisecond, the lower id comes first. */
const waitingIn = async ({ sofia }: Team, queueId: string): Promise<readonly string[]> => {
  const { body } = await sofia.call(`queues/${queueId}/work-items?limit=100`);
  const items: readonly { id: string; queuedAt: string }[] = body.items;
  const arrival = ({ id, queuedAt }: { id: string; queuedAt: string }) => `${queuedAt} ${id}`;
  return items.toSorted((a, b) => (arrival(a) < arrival(b) ? -1 : 1)).map(({ id }) => id);
};
