import { describe, expect, it } from "vitest";
import { callHttp } from "../../../local/people.ts";
import { startTeam, type Team } from "../support/team.ts";

/** Longer than the app waits for a dependency. */
const POLLING = { timeout: 15_000, interval: 100 };

const health = ({ twin }: Team) => callHttp(`${twin.host.url}/api/health`);
const statusOf = async (team: Team) => (await health(team)).status;
const portOf = (address: string): number => Number(/:(\d+)/.exec(address)?.[1]);

describe("the health of the app", () => {
  it("is 200 while all dependencies are up, and shows the public only that", async () => {
    const team = await startTeam();
    const { status, body } = await health(team);
    expect(status).toBe(200);
    expect(body).toEqual({ status: "up" });
  });

  it("is 503 while Cosmos DB is down, names it to the administrator, and becomes 200 again", async () => {
    const team = await startTeam();
    expect(await statusOf(team)).toBe(200);
    const port = portOf(team.twin.addresses.cosmos);
    await team.twin.cosmos.stop();
    const { status, body } = await health(team);
    expect(status).toBe(503);
    expect(body).toEqual({ status: "down" });
    expect((await team.admin.call("health")).body.checks).toEqual([
      { name: "Cosmos DB", ok: false },
      { name: "Service Bus", ok: true },
    ]);
    await team.twin.cosmos.start(port);
    await expect.poll(() => statusOf(team), POLLING).toBe(200);
  });

  it("is 503 while Service Bus is down, names it to the administrator, and becomes 200 again", async () => {
    const team = await startTeam();
    expect(await statusOf(team)).toBe(200);
    const port = portOf(team.twin.addresses.serviceBus);
    await team.twin.serviceBus.stop();
    expect(await statusOf(team)).toBe(503);
    expect((await team.admin.call("health")).body.checks).toEqual([
      { name: "Cosmos DB", ok: true },
      { name: "Service Bus", ok: false },
    ]);
    await team.twin.serviceBus.start(port);
    await expect.poll(() => statusOf(team), POLLING).toBe(200);
  });
});
