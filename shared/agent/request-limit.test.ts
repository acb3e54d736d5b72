import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleCompany } from "../../tests/fakes/sample-organisation.ts";
import { agentIdSchema } from "../kernel/ids.ts";
import { takeRequest } from "./request-limit.ts";

const id = agentIdSchema.parse("agent-a");
const withLimit = (requestsPerMinute: number) => makeFakes({ organisation: sampleCompany({ requestsPerMinute }) });

describe("the limit of requests", () => {
  it("allows as many at once as in a minute, and says when the next one is allowed", async () => {
    const fakes = withLimit(3);
    const results = [];
    for (let n = 0; n < 4; n++) results.push(await takeRequest(fakes, id));
    expect(results).toEqual([0, 0, 0, 60]);
    fakes.clock.advance(59.5);
    expect(await takeRequest(fakes, id)).toBe(1);
    fakes.clock.advance(0.5);
    expect(await takeRequest(fakes, id)).toBe(0);
  });

  it("counts each caller apart", async () => {
    const fakes = withLimit(1);
    await takeRequest(fakes, id);
    expect(await takeRequest(fakes, agentIdSchema.parse("agent-b"))).toBe(0);
  });

  it("is 120 a minute by default", async () => {
    const fakes = makeFakes();
    let allowed = 0;
    while ((await takeRequest(fakes, id)) === 0) allowed++;
    expect(allowed).toBe(120);
  });

  it("never allows more than the limit in any minute, and lets a caller in who waits for that long", async () => {
    const pauses = fc.array(fc.nat(30), { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20 }), pauses, async (perMinute, seconds) => {
        const fakes = withLimit(perMinute);
        const taken: number[] = [];
        let elapsed = 0;
        for (const pause of seconds) {
          fakes.clock.advance(pause);
          elapsed += pause;
          const wait = await takeRequest(fakes, id);
          if (wait > 0) {
            fakes.clock.advance(wait);
            elapsed += wait;
            expect(await takeRequest(fakes, id)).toBe(0);
          }
          taken.push(elapsed);
        }
        for (const start of taken) {
          expect(taken.filter((at) => at >= start && at < start + 60).length).toBeLessThanOrEqual(perMinute);
        }
      }),
    );
  });
});
