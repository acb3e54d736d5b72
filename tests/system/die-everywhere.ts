import type { FaultPoints } from "azure-twin/functions-host";
import { expect } from "vitest";
import { companyOf } from "./company.ts";
import { Death, type Moment } from "./death.ts";
import { violations } from "./invariants.ts";
import { type Stage, setStage } from "./stage.ts";
import { WholeMatter } from "./whole-matter.ts";

/** Ana's offers outlast the waits for locks and sweeps. */
const COMPANY_OF_ANA = companyOf({ agents: [{ id: "ana" }], queues: [{ id: "support", offerSeconds: 3600 }] });

/** How long the sweep leaves what may still be under way, and then some, in milliseconds. */
const SWEEP_MS = 121_000;

/** The sweep fails whenever it comes. */
const FAILING_SWEEP: FaultPoints = {
  beforeInvocation: ({ functionName }) => {
    if (functionName === "sweep") throw new Error("no sweep");
  },
};

/**
 * Plays a customer's whole matter again and again, each time for another customer, and has the app die at one moment
 * of each: at the first, then `step` moments later, and so on until there is no such moment any more.
 * @param sweeps - whether the sweep mends what is left.
 * @returns how often the app died.
 */
export const dieEverywhere = async (moment: Moment, step: number, sweeps = true): Promise<number> => {
  const death = new Death(moment);
  const faults = { ...death.faults, ...(sweeps ? {} : FAILING_SWEEP) };
  const stage = await setStage({ organisation: COMPANY_OF_ANA, faults });
  death.threaten(stage.twin);
  const played: WholeMatter[] = [];
  for (let n = 1; ; n += step) {
    death.arm(n);
    const matter = new WholeMatter(stage, death, `+1425556${String(n).padStart(4, "0")}`);
    played.push(matter);
    const found = await matter.play().then(
      () => lastingViolations(stage, played),
      (error: unknown) => [String(error)],
    );
    expect({ diedAt: n, found }).toEqual({ diedAt: n, found: [] });
    if (!death.hasHappened) return played.length - 1;
  }
};

/** A crash between two writes may leave a claim to the next sweep; what is left after that is wrong. */
const lastingViolations = async ({ twin }: Stage, matters: readonly WholeMatter[]): Promise<readonly string[]> => {
  const story = {
    texts: matters.flatMap(({ texts }) => texts),
    replies: matters.flatMap(({ replies }) => replies),
    silences: [],
  };
  if ((await violations(twin, story)).length === 0) return [];
  twin.clock.advance(SWEEP_MS);
  await twin.settled();
  return violations(twin, story);
};
