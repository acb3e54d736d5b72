import type { LiveChange, LiveSubscriber } from "../../shared/kernel/live-updates.ts";

const SUPERVISORS = "supervisors";

const queueGroup = (queueId: string): string => `queue:${queueId}`;

/** The groups of a console's connection. */
export const groupsOf = ({ queueIds, isSupervisor }: LiveSubscriber): string[] => [
  ...queueIds.map(queueGroup),
  ...(isSupervisor ? [SUPERVISORS] : []),
];

/**
 * Selects the connections of the agents, queues and supervisors whom a change concerns.
 * Source: "OData filter syntax in the Azure Web PubSub service".
 */
export const filterOf = (change: LiveChange): string => {
  const agentIds = change.kind === "agent" ? [change.agentId] : change.agentIds;
  const queueIds = change.kind === "conversation" ? change.queueIds : [];
  const groups = [...queueIds.map(queueGroup), SUPERVISORS];
  return [
    ...agentIds.map((agentId) => `userId eq ${quoted(agentId)}`),
    ...groups.map((group) => `${quoted(group)} in groups`),
  ].join(" or ");
};

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
