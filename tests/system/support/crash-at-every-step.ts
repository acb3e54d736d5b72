import { expect } from "vitest";
import type { FaultPoints } from "../../../twin/functions-host/app.ts";
import { ConversationScenario } from "./conversation-scenario.ts";
import { CrashInjector, type CrashPoint } from "./crash-injector.ts";
import { findViolations } from "./invariants.ts";
import { buildOrganisation } from "./organisation.ts";
import { startTestSystem, type TestSystem } from "./test-system.ts";

/** Ana's offers outlast the waits for locks and sweeps. */
const COMPANY_OF_ANA = buildOrganisation({ agents: [{ id: "ana" }], queues: [{ id: "support", offerSeconds: 3600 }] });

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
export const crashAtEveryStep = async (moment: CrashPoint, step: number, sweeps = true): Promise<number> => {
  const death = new CrashInjector(moment);
  const faults = { ...death.faults, ...(sweeps ? {} : FAILING_SWEEP) };
  const stage = await startTestSystem({ organisation: COMPANY_OF_ANA, faults });
  death.attach(stage.twin);
  const played: ConversationScenario[] = [];
  for (let n = 1; ; n += step) {
    death.arm(n);
    const matter = new ConversationScenario(stage, death, `+1425556${String(n).padStart(4, "0")}`);
    played.push(matter);
    const found = await matter.play().then(
      () => lastingViolations(stage, played),
      (error: unknown) => [String(error)],
    );
    expect({ diedAt: n, found }).toEqual({ diedAt: n, found: [] });
    if (!death.hasCrashed) return played.length - 1;
  }
};

/** A crash between two writes may leave a claim to the next sweep; what is left after that is wrong. */
const lastingViolations = async (
  { twin }: TestSystem,
  matters: readonly ConversationScenario[],
): Promise<readonly string[]> => {
  const story = {
    texts: matters.flatMap(({ texts }) => texts),
    replies: matters.flatMap(({ replies }) => replies),
    optOutPeriods: [],
  };
  if ((await findViolations(twin, story)).length === 0) return [];
  twin.clock.advance(SWEEP_MS);
  await twin.settled();
  return findViolations(twin, story);
};
