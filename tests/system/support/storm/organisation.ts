import { buildOrganisation } from "../organisation.ts";

export const AGENTS = ["ana", "ben", "cleo"];
export const QUEUES = ["support", "billing"];
export const CUSTOMERS = Array.from({ length: 7 }, (_, n) => `+142555502${n}0`);

/** Two queues that share an agent. Texts about bills have a higher priority and are assigned automatically. */
export const STORM_ORGANISATION = buildOrganisation({
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
