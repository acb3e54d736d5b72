import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { addSeconds, instantSchema } from "../../shared/kernel/instant.ts";
import { type CosmosStores, useCosmos } from "../../tests/contracts/cosmos-stores.ts";
import { CosmosPace } from "./cosmos-pace.ts";

const NOW = instantSchema.parse("2026-03-02T10:00:00.000Z");
describe("the pace of a channel", () => {
  const cosmos = useCosmos();
  let containers: CosmosStores["containers"];
  beforeAll(() => {
    ({ containers } = cosmos.stores());
  });

  it("costs a quiet channel no request units", async () => {
    const pace = new CosmosPace(containers);
    cosmos.twin.usage.reset();
    const request = { channelId: randomUUID(), segments: 1, perMinute: 200 };
    for (let n = 0; n < 20; n++) expect(await pace.reserve({ ...request, now: addSeconds(NOW, n * 5) })).toBe(0);
    expect(cosmos.twin.usage.requestUnits).toBe(0);
  });

  it("is shared by all processes, which together do not exceed it", async () => {
    const channelId = randomUUID();
    const processes = Array.from({ length: 4 }, () => new CosmosPace(containers));
    const waits: number[] = [];
    for (let n = 0; n < 50; n++) {
      const turns = processes.map((pace) => pace.reserve({ channelId, segments: 1, perMinute: 100, now: NOW }));
      waits.push(...(await Promise.all(turns)));
    }
    const inMinute = waits.filter((seconds) => seconds < 60).length;
    // A minute's pace, a burst of a tenth, and the segments that a process may send before it reserves a turn.
    expect(inMinute).toBeLessThanOrEqual(100 + 10 + 4 * 10 + 4);
    expect(inMinute).toBeGreaterThanOrEqual(100);
    // All 200 texts have a turn, at the pace.
    expect(Math.max(...waits)).toBeLessThanOrEqual(120);
    expect(Math.max(...waits)).toBeGreaterThan(60);
  });

  it("holds over many minutes and many processes that send little", async () => {
    const channelId = randomUUID();
    const processes = Array.from({ length: 20 }, () => new CosmosPace(containers));
    const sentAt: number[] = [];
    for (let second = 0; second < 600; second += 10) {
      for (const pace of processes) {
        const now = addSeconds(NOW, second);
        sentAt.push(second + (await pace.reserve({ channelId, segments: 1, perMinute: 60, now })));
      }
    }
    // Ten minutes' pace, a burst, and the segments that a process has not reported yet.
    expect(sentAt.filter((second) => second < 600).length).toBeLessThanOrEqual(600 + 6 + 20 * 6);
    expect(Math.max(...sentAt)).toBeGreaterThan(1000);
  });

  it("returns to no delay when the backlog has left", async () => {
    const channelId = randomUUID();
    const pace = new CosmosPace(containers);
    const request = { channelId, segments: 10, perMinute: 10, now: NOW };
    expect(await pace.reserve(request)).toBe(0);
    expect(await pace.reserve(request)).toBeGreaterThan(0);
    expect(await pace.reserve({ ...request, now: addSeconds(NOW, 180) })).toBe(0);
  });
});
