import type { LocalEnvironment } from "../../local/environment.ts";
import type { Chance } from "./chance.ts";

type Mishap = (twin: LocalEnvironment, chance: Chance) => void;

const QUEUES = ["work-items", "dispatch", "outbound-sms"] as const;
const WRITES = ["create", "replace", "patch"] as const;

/** What Azure and the providers do now and then. Each says of itself how often. */
const MISHAPS: readonly Mishap[] = [
  ({ phoneNetwork }, chance) =>
    phoneNetwork.addFault({ on: "event", effect: chance.oneOf(["deliver-twice", "hold"]), times: 1 + chance.below(2) }),
  ({ phoneNetwork }, chance) =>
    phoneNetwork.addFault({ on: "event", effect: chance.oneOf(["pascal-case", "cloud-events"]), times: 2 }),
  ({ phoneNetwork }, chance) =>
    phoneNetwork.addFault({ on: "event", effect: "delay", delayMs: 1 + chance.below(40_000) }),
  ({ phoneNetwork }, chance) =>
    phoneNetwork.addFault({
      ...({ on: "send", effect: "status", retryAfterSeconds: 0 } as const),
      ...{ status: chance.oneOf([429, 503] as const), times: 1 + chance.below(6) },
    }),
  ({ phoneNetwork }) => phoneNetwork.addFault({ on: "send", effect: "drop-connection" }),
  ({ phoneNetwork }, chance) =>
    phoneNetwork.addFault({
      ...({ on: "send", effect: "refuse-recipient", errorMessage: "No." } as const),
      httpStatusCode: chance.oneOf([400, 429, 500]),
    }),
  ({ phoneNetwork }, chance) =>
    phoneNetwork.addFault({ on: "report", effect: chance.oneOf(["lose", "duplicate", "regress"]) }),
  ({ phoneNetwork }) => phoneNetwork.addFault({ on: "report", effect: "fail", code: 4006 }),
  ({ cosmos }, chance) =>
    cosmos.faults.inject({ times: 1 + chance.below(8), fault: { kind: "throttled", retryAfterMs: 1 } }),
  ({ cosmos }, chance) => cosmos.faults.inject({ times: 1 + chance.below(4), fault: { kind: "unavailable" } }),
  ({ cosmos }, chance) => cosmos.faults.inject({ times: 1 + chance.below(6), fault: { kind: "lagging" } }),
  ({ cosmos }, chance) =>
    cosmos.faults.inject({
      ...{ operation: chance.oneOf(WRITES), times: 1 + chance.below(2) },
      fault: { kind: "connection-lost", when: chance.oneOf(["before", "after"]) },
    }),
  ({ serviceBus }, chance) => serviceBus.faults.redeliverCompleted(chance.oneOf(QUEUES), 1 + chance.below(3)),
  ({ serviceBus }, chance) => serviceBus.faults.refuseSends(chance.oneOf(QUEUES), 1 + chance.below(3)),
];

/** Has some things go wrong in what comes next. */
export const stir = (twin: LocalEnvironment, chance: Chance): void => {
  for (let left = chance.below(5); left > 0; left--) chance.oneOf(MISHAPS)(twin, chance);
};

/** Nothing goes wrong any more. */
export const calmDown = ({ phoneNetwork, cosmos, serviceBus }: LocalEnvironment): void => {
  phoneNetwork.clearFaults();
  cosmos.faults.clear();
  for (const queue of QUEUES) {
    serviceBus.faults.refuseSends(queue, 0);
    serviceBus.faults.redeliverCompleted(queue, 0);
  }
};
