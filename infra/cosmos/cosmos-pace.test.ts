import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { TransientError } from "../../shared/errors.ts";
import { addSeconds, instantSchema } from "../../shared/instant.ts";
import { LONGEST_WAIT_SECONDS } from "../../shared/sms/pace.ts";
import { type CosmosStores, useCosmos } from "../../tests/contracts/cosmos-stores.ts";
import { CosmosPace } from "./cosmos-pace.ts";

const NOW = instantSchema.parse("2026-03-02T10:00:00.000Z");

describe("the pace of a channel", () => {
  const cosmos = useCosmos();
  let containers: CosmosStores["containers"];
  beforeAll(() => {
    ({ containers } = cosmos.stores());
  });

  it("costs a quiet channel no request", async () => {
    const pace = new CosmosPace(containers);
    cosmos.twin.ledger.reset();
    const request = { channelId: randomUUID(), segments: 1, perMinute: 200 };
    for (let n = 0; n < 20; n++) expect(await pace.turn({ ...request, now: addSeconds(NOW, n * 5) })).toBe(0);
    expect(cosmos.twin.ledger.requestUnits).toBe(0);
  });

  it("is shared by all processes: together they send no more than the pace", async () => {
    const channelId = randomUUID();
    const processes = Array.from({ length: 4 }, () => new CosmosPace(containers));
    const waits: number[] = [];
    for (let n = 0; n < 50; n++) {
      const turns = processes.map((each) => each.turn({ channelId, segments: 1, perMinute: 100, now: NOW }));
      waits.push(...(await Promise.all(turns)));
    }
    const inMinute = waits.filter((seconds) => seconds < 60).length;
    // A minute's pace, a burst of a tenth, and what each process may send before it asks.
    expect(inMinute).toBeLessThanOrEqual(100 + 10 + 4 * 10 + 4);
    expect(Math.max(...waits)).toBeGreaterThan(60);
  });

  it("takes no turn that is too far off, so that the broker keeps the text", async () => {
    const channelId = randomUUID();
    const pace = new CosmosPace(containers);
    const request = { channelId, segments: 10, perMinute: 10, now: NOW };
    const waits: number[] = [];
    const failure = await (async () => {
      for (;;) waits.push(await pace.turn(request));
    })().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TransientError);
    expect(Math.max(...waits)).toBeLessThanOrEqual(LONGEST_WAIT_SECONDS);
    expect(await pace.turn({ ...request, now: addSeconds(NOW, 120) })).toBeGreaterThan(0);
  });
});
