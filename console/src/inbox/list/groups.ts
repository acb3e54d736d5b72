import type { Conversation } from "../../api/types.ts";

/** The groups of an agent's work items, in the order in which they are shown. */
export const GROUPS = ["offered", "answerNow", "waitingForCustomer", "wrapUp", "parked"] as const;
export type GroupName = (typeof GROUPS)[number];

const groupOf = ({ state, awaitsReply }: Conversation): GroupName | undefined => {
  switch (state) {
    case "offered":
      return "offered";
    case "active":
      return awaitsReply ? "answerNow" : "waitingForCustomer";
    case "waiting":
      return "parked";
    case "wrap-up":
      return "wrapUp";
    default:
      return undefined; // it has just closed or left
  }
};

/** When a conversation began to wait for whoever is to act on it. */
const waitsFrom = ({ waitingSince, stateChangedAt }: Conversation): string => waitingSince ?? stateChangedAt;

/** Groups work items; in each group, who has waited longest comes first. */
export const grouped = (items: readonly Conversation[]): Readonly<Record<GroupName, readonly Conversation[]>> => {
  const sorted = items.toSorted((one, other) => waitsFrom(one).localeCompare(waitsFrom(other)));
  const of = (name: GroupName) => sorted.filter((item) => groupOf(item) === name);
  return {
    offered: of("offered"),
    answerNow: of("answerNow"),
    waitingForCustomer: of("waitingForCustomer"),
    wrapUp: of("wrapUp"),
    parked: of("parked"),
  };
};

/** The work items in the order in which they are shown. */
export const inOrder = (items: readonly Conversation[]): readonly Conversation[] => {
  const groups = grouped(items);
  return GROUPS.flatMap((name) => groups[name]);
};
