import { describe, expect, it } from "vitest";
import { QUEUES } from "../../../infra/service-bus/queues.ts";
import { callHttp } from "../../../local/people.ts";
import { startTeam, type Team } from "../support/team.ts";

/** Longer than the app waits for a dependency. */
const POLLING = { timeout: 15_000, interval: 100 };
/** How long the app remembers a result, in milliseconds. */
const REMEMBERED_MS = 5_000;

const QUEUE_CHECKS = Object.keys(QUEUES).map((queue) => `Service Bus queue ${queue}`);

/** The health as a stranger sees it, after the remembered result is forgotten. */
const health = ({ twin }: Team) => {
  twin.clock.advance(REMEMBERED_MS);
  return callHttp(`${twin.host.url}/api/health`);
};
const statusOf = async (team: Team) => (await health(team)).status;
const portOf = (address: string): number => Number(/:(\d+)/.exec(address)?.[1]);

/** The names of the services that are down, as an authenticated caller sees them. */
const downFor = async ({ ana }: Team): Promise<readonly string[]> => {
  const { body } = await ana.call("health");
  return body.checks.filter(({ ok }: { ok: boolean }) => !ok).map(({ name }: { name: string }) => name);
};

describe("the health of the app", () => {
  it("is 200 while all dependencies are up, and shows the public only that", async () => {
    const team = await startTeam();
    const { status, body } = await health(team);
    expect(status).toBe(200);
    expect(body).toEqual({ status: "up" });
  });

  it("names every dependency to an authenticated caller", async () => {
    const team = await startTeam();
    const { body } = await team.ana.call("health");
    const names = ["Cosmos DB", ...QUEUE_CHECKS, "Provider acs", "Durable Functions", "Key Vault references"];
    expect(body).toEqual({ status: "up", checks: names.map((name) => ({ name, ok: true })) });
  });

  it("is 503 while Cosmos DB is down, names it to an authenticated caller, and becomes 200 again", async () => {
    const team = await startTeam();
    expect(await statusOf(team)).toBe(200);
    const port = portOf(team.twin.addresses.cosmos);
    await team.twin.cosmos.stop();
    const { status, body } = await health(team);
    expect(status).toBe(503);
    expect(body).toEqual({ status: "down" });
    expect(await downFor(team)).toEqual(["Cosmos DB"]);
    await team.twin.cosmos.start(port);
    await expect.poll(() => statusOf(team), POLLING).toBe(200);
  });

  it("is 503 while Service Bus is down, names its queues to an authenticated caller, and becomes 200 again", async () => {
    const team = await startTeam();
    expect(await statusOf(team)).toBe(200);
    const port = portOf(team.twin.addresses.serviceBus);
    await team.twin.serviceBus.stop();
    expect(await statusOf(team)).toBe(503);
    expect(await downFor(team)).toEqual(QUEUE_CHECKS);
    await team.twin.serviceBus.start(port);
    await expect.poll(() => statusOf(team), POLLING).toBe(200);
  });

  it("is 503 while Azure Communication Services is down, names it, and becomes 200 again", async () => {
    const team = await startTeam();
    expect(await statusOf(team)).toBe(200);
    const port = portOf(team.twin.addresses.phoneNetwork);
    await team.twin.phoneNetwork.stop();
    expect(await statusOf(team)).toBe(503);
    expect(await downFor(team)).toEqual(["Provider acs"]);
    await team.twin.phoneNetwork.start(port);
    await expect.poll(() => statusOf(team), POLLING).toBe(200);
  });

  it("is checked once in five seconds, however often it is asked for", async () => {
    const team = await startTeam();
    expect(await statusOf(team)).toBe(200);
    const before = team.twin.cosmos.usage.requestUnits;
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async () => (await callHttp(`${team.twin.host.url}/api/health`)).status),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(team.twin.cosmos.usage.requestUnits).toBe(before);
  });
});
