import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { addSeconds, instantSchema } from "../../shared/kernel/instant.ts";
import { MAX_WAIT_SECONDS, type Pace, type PaceRequest } from "../../shared/sms/pace.ts";
import { type CosmosStores, useCosmos } from "../../tests/contracts/cosmos-stores.ts";
import { CosmosPace } from "./cosmos-pace.ts";

const NOW = instantSchema.parse("2026-03-02T10:00:00.000Z");
const TOO_FAR = Number.POSITIVE_INFINITY;

/** The seconds until the next turn; `TOO_FAR` when the channel is busy. */
const waitOf = async (pace: Pace, request: PaceRequest): Promise<number> => {
  const turn = await pace.turn(request);
  return turn.kind === "busy" ? TOO_FAR : turn.delaySeconds;
};

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
    for (let n = 0; n < 20; n++) expect(await waitOf(pace, { ...request, now: addSeconds(NOW, n * 5) })).toBe(0);
    expect(cosmos.twin.usage.requestUnits).toBe(0);
  });

  it("is shared by all processes, which together do not exceed it", async () => {
    const channelId = randomUUID();
    const processes = Array.from({ length: 4 }, () => new CosmosPace(containers));
    const waits: number[] = [];
    for (let n = 0; n < 50; n++) {
      const turns = processes.map((pace) => waitOf(pace, { channelId, segments: 1, perMinute: 100, now: NOW }));
      waits.push(...(await Promise.all(turns)));
    }
    const inMinute = waits.filter((seconds) => seconds < 60).length;
    // A minute's pace, a burst of a tenth, and the segments that a process may send before it reserves a turn.
    expect(inMinute).toBeLessThanOrEqual(100 + 10 + 4 * 10 + 4);
    expect(inMinute).toBeGreaterThanOrEqual(100);
    expect(Math.max(...waits)).toBe(TOO_FAR);
  });

  it("holds over many minutes and many processes that send little", async () => {
    const channelId = randomUUID();
    const processes = Array.from({ length: 20 }, () => new CosmosPace(containers));
    let sent = 0;
    for (let second = 0; second < 600; second += 10) {
      for (const pace of processes) {
        const wait = await waitOf(pace, { channelId, segments: 1, perMinute: 60, now: addSeconds(NOW, second) });
        if (wait !== TOO_FAR) sent += 1;
      }
    }
    // Ten minutes' pace, the last wait, and the segments that a process has not reported yet.
    expect(sent).toBeLessThanOrEqual(600 + MAX_WAIT_SECONDS + 6 + 20 * 6);
  });

  it("refuses a request again that it refused a moment ago", async () => {
    const channelId = randomUUID();
    const [busy, other] = [new CosmosPace(containers), new CosmosPace(containers)];
    const turn = { channelId, segments: 1, perMinute: 60, now: NOW };
    while ((await waitOf(busy, turn)) !== TOO_FAR);
    const late = { ...turn, segments: 10 };
    expect(await other.turn(late)).toEqual({ kind: "busy" });
    expect(await other.turn({ ...late, now: addSeconds(NOW, 0.5) })).toEqual({ kind: "busy" });
  });

  it("reserves no turn that is too far off", async () => {
    const channelId = randomUUID();
    const pace = new CosmosPace(containers);
    const request = { channelId, segments: 10, perMinute: 10, now: NOW };
    const waits: number[] = [];
    for (let wait = 0; wait !== TOO_FAR; wait = await waitOf(pace, request)) waits.push(wait);
    expect(Math.max(...waits)).toBeGreaterThan(0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(MAX_WAIT_SECONDS);
    expect(await waitOf(pace, { ...request, now: addSeconds(NOW, 120) })).toBe(0);
  });
});
