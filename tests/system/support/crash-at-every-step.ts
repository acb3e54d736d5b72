import type { FaultPoints } from "azure-twin/functions-host";
import { expect } from "vitest";
import { ConversationScenario } from "./conversation-scenario.ts";
import { CrashInjector, type CrashPoint } from "./crash-injector.ts";
import { findViolations } from "./invariants.ts";
import { buildOrganisation } from "./organisation.ts";
import { startTestSystem, type TestSystem } from "./test-system.ts";

/** Ana's offers outlast the waits for locks and sweeps. */
const ORGANISATION = buildOrganisation({ agents: [{ id: "ana" }], queues: [{ id: "support", offerSeconds: 3600 }] });

/** Longer than the age from which the sweep repairs, in milliseconds. */
const SWEEP_MS = 121_000;

const FAILING_SWEEP: FaultPoints = {
  beforeInvocation: ({ functionName }) => {
    if (functionName === "sweep") throw new Error("no sweep");
  },
};

export interface CrashPlan {
  readonly point: CrashPoint;
  /** The first moment of each step of the scenario at which the app crashes, from 1. */
  readonly first?: number;
  /** The distance to the next moment at which it crashes. */
  readonly step?: number;
  /** Whether the sweep repairs what a crash left behind. */
  readonly hasSweep?: boolean;
}

/**
 * Plays the whole conversation scenario again and again, with another customer each time. The app crashes once in each
 * step of a run: at the moment `first` of the step, in the next run `step` moments later, until a run ends without a crash.
 * @returns how often the app crashed.
 */
export const crashAtEveryStep = async ({ point, first = 1, step = 1, hasSweep = true }: CrashPlan): Promise<number> => {
  const crashes = new CrashInjector(point);
  const faults = { ...crashes.faults, ...(hasSweep ? {} : FAILING_SWEEP) };
  const system = await startTestSystem({ organisation: ORGANISATION, faults });
  crashes.attach(system.twin);
  const played: ConversationScenario[] = [];
  for (let n = first; ; n += step) {
    const crashesBefore = crashes.crashCount;
    const checkAfterCrash = async () => expect(await lastingViolations(system, played)).toEqual([]);
    const customer = `+1425556${String(n).padStart(4, "0")}`;
    const scenario = new ConversationScenario({ system, crashes, customer, moment: n, checkAfterCrash });
    played.push(scenario);
    const found = await scenario.play().then(
      () => lastingViolations(system, played),
      (error: unknown) => [String(error)],
    );
    expect({ crashedAt: n, found }).toEqual({ crashedAt: n, found: [] });
    if (crashes.crashCount === crashesBefore) return crashes.crashCount;
  }
};

/** A crash between two writes may leave a claim to the next sweep. What is left after that is a violation. */
const lastingViolations = async (
  { twin }: TestSystem,
  scenarios: readonly ConversationScenario[],
): Promise<readonly string[]> => {
  const traffic = {
    texts: scenarios.flatMap(({ texts }) => texts),
    replies: scenarios.flatMap(({ replies }) => replies),
    optOutPeriods: [],
  };
  if ((await findViolations(twin, traffic)).length === 0) return [];
  twin.clock.advance(SWEEP_MS);
  await twin.settled();
  return findViolations(twin, traffic);
};
