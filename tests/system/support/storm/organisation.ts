import { companyOf } from "../organisation.ts";

export const AGENTS = ["ana", "ben", "cleo"];
export const QUEUES = ["support", "billing"];
export const CUSTOMERS = Array.from({ length: 7 }, (_, n) => `+142555502${n}0`);

/** Two queues that share an agent; bills are assigned at once, and before anything else. */
export const COMPANY_IN_A_STORM = companyOf({
  agents: [
    { id: "ana", queueIds: ["support"] },
    { id: "ben", queueIds: ["support", "billing"] },
    { id: "cleo", queueIds: ["billing"], capacity: 3 },
  ],
  queues: [
    { id: "support", assignmentMethod: "round-robin" },
    { id: "billing", assignAutomatically: true },
  ],
  rules: [{ name: "bills", when: { textContains: ["bill"] }, queueId: "billing", priority: 10 }],
});
