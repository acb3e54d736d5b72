import type { LocalEnvironment } from "../../../../local/environment.ts";
import type { SeededRandom } from "../seeded-random.ts";

type Fault = (twin: LocalEnvironment, random: SeededRandom) => void;

const QUEUES = ["work-items", "dispatch", "outbound-sms"] as const;
const WRITES = ["create", "replace", "patch"] as const;

/** Faults of Azure and of the providers. Each chooses how often it occurs. */
const FAULTS: readonly Fault[] = [
  ({ phoneNetwork }, random) =>
    phoneNetwork.addFault({ on: "event", effect: random.pick(["deliver-twice", "hold"]), times: 1 + random.below(2) }),
  ({ phoneNetwork }, random) =>
    phoneNetwork.addFault({ on: "event", effect: random.pick(["pascal-case", "cloud-events"]), times: 2 }),
  ({ phoneNetwork }, random) =>
    phoneNetwork.addFault({ on: "event", effect: "delay", delayMs: 1 + random.below(40_000) }),
  ({ phoneNetwork }, random) =>
    phoneNetwork.addFault({
      on: "send",
      effect: "status",
      retryAfterSeconds: 0,
      status: random.pick([429, 503]),
      times: 1 + random.below(6),
    }),
  ({ phoneNetwork }) => phoneNetwork.addFault({ on: "send", effect: "drop-connection" }),
  ({ phoneNetwork }, random) =>
    phoneNetwork.addFault({
      on: "send",
      effect: "refuse-recipient",
      errorMessage: "No.",
      httpStatusCode: random.pick([400, 429, 500]),
    }),
  ({ phoneNetwork }, random) =>
    phoneNetwork.addFault({ on: "report", effect: random.pick(["lose", "duplicate", "regress"]) }),
  ({ phoneNetwork }) => phoneNetwork.addFault({ on: "report", effect: "fail", code: 4006 }),
  ({ cosmos }, random) =>
    cosmos.faults.inject({ times: 1 + random.below(8), fault: { kind: "throttled", retryAfterMs: 1 } }),
  ({ cosmos }, random) => cosmos.faults.inject({ times: 1 + random.below(4), fault: { kind: "unavailable" } }),
  ({ cosmos }, random) => cosmos.faults.inject({ times: 1 + random.below(6), fault: { kind: "lagging" } }),
  ({ cosmos }, random) =>
    cosmos.faults.inject({
      operation: random.pick(WRITES),
      times: 1 + random.below(2),
      fault: { kind: "connection-lost", when: random.pick(["before", "after"]) },
    }),
  ({ serviceBus }, random) => serviceBus.faults.redeliverCompleted(random.pick(QUEUES), 1 + random.below(3)),
  ({ serviceBus }, random) => serviceBus.faults.refuseSends(random.pick(QUEUES), 1 + random.below(3)),
];

/** Injects up to four random faults into the operations that follow. */
export const injectFaults = (twin: LocalEnvironment, random: SeededRandom): void => {
  for (let left = random.below(5); left > 0; left--) random.pick(FAULTS)(twin, random);
};

/** Removes all faults. */
export const clearFaults = ({ phoneNetwork, cosmos, serviceBus }: LocalEnvironment): void => {
  phoneNetwork.clearFaults();
  cosmos.faults.clear();
  for (const queue of QUEUES) {
    serviceBus.faults.refuseSends(queue, 0);
    serviceBus.faults.redeliverCompleted(queue, 0);
  }
};
