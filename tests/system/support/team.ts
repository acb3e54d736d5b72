import { afterAll, beforeAll } from "vitest";
import { FREE_PORTS, LocalEnvironment, type LocalEnvironmentOptions } from "../../../local/environment.ts";
import type { Colleague } from "../../../local/people.ts";
import type { ConversationState } from "../../../shared/conversation/conversation.ts";
import type { ConversationId } from "../../../shared/kernel/ids.ts";
import { buildOrganisation, conversationIdFor, type OrganisationPlan } from "./organisation.ts";
import { CHANNEL_NUMBER, startTestSystem, type TestSystem, testSystemOn } from "./test-system.ts";

/** The customer of most tests. */
export const ROBIN = "+14255550123";

/** Two agents, their queue and its channel. */
export interface Team extends TestSystem {
  /** The channel's number. */
  readonly number: string;
  readonly queueId: string;
  /** Gets an offer before Ben when nothing else decides. */
  readonly ana: Colleague;
  readonly ben: Colleague;
  /** A supervisor, who is not an agent. */
  readonly sofia: Colleague;
  readonly admin: Colleague;
}

/** @param ids.suffix - what the ids of the team's agents end with. */
const teamOn = (
  system: TestSystem,
  { number, queueId, suffix = "" }: { readonly number: string; readonly queueId: string; readonly suffix?: string },
): Team => ({
  ...system,
  number,
  queueId,
  ana: system.colleague(`ana${suffix}`),
  ben: system.colleague(`ben${suffix}`),
  sofia: system.colleague("sofia"),
  admin: system.colleague("admin"),
});

/** Starts a twin for one test. Its team is the whole organisation. */
export const startTeam = async (
  plan: OrganisationPlan = {},
  options: Pick<LocalEnvironmentOptions, "faults" | "log"> = {},
): Promise<Team> =>
  teamOn(await startTestSystem({ organisation: buildOrganisation(plan), ...options }), {
    number: CHANNEL_NUMBER,
    queueId: "support",
  });

/** More than any file has tests. */
const TEAMS = 40;

/**
 * Starts one twin for all tests of a file and gives each test a team that no other test uses. For tests that do not
 * disturb others by advancing the clock or by faults. There is also the queue "billing" with its agent "cleo".
 * @param channel - settings that all channels of the teams share; the provider defaults to ACS.
 * @returns a function that returns the next team.
 */
export const shareTwin = (channel: Partial<NonNullable<OrganisationPlan["channels"]>[number]> = {}): (() => Team) => {
  let twin: LocalEnvironment | undefined;
  let taken = 0;
  beforeAll(async () => {
    twin = await LocalEnvironment.start({ ports: FREE_PORTS, organisation: buildOrganisation(planOfTeams(channel)) });
  });
  afterAll(() => twin?.stop());
  return () => {
    const team = taken++;
    if (!twin || team >= TEAMS) throw new Error(`There is no team ${team}.`);
    const number = numberOf(team);
    return teamOn(testSystemOn(twin, number), { number, queueId: queueOf(team), suffix: `-${team}` });
  };
};

const numberOf = (team: number): string => `+1800555${1000 + team}`;
const queueOf = (team: number): string => `queue-${team}`;

const planOfTeams = (channel: Partial<NonNullable<OrganisationPlan["channels"]>[number]>): OrganisationPlan => {
  const teams = Array.from({ length: TEAMS }, (_, team) => team);
  return {
    agents: [
      { id: "cleo", capacity: TEAMS, queueIds: ["billing"] },
      ...teams.flatMap((team) => ["ana", "ben"].map((name) => ({ id: `${name}-${team}`, queueIds: [queueOf(team)] }))),
    ],
    queues: [{ id: "billing" }, ...teams.map((team) => ({ id: queueOf(team) }))],
    channels: teams.map((team) => ({
      id: `channel-${team}`,
      number: numberOf(team),
      queueId: queueOf(team),
      ...channel,
    })),
  };
};

/** A state that a stored conversation can have. `new` exists only before the first write. */
export type RestingState = Exclude<ConversationState, "new">;

/** The actions by which Ana brings a conversation that is offered to her into a state. */
const ACTIONS: Readonly<Record<RestingState, readonly string[]>> = {
  queued: [],
  offered: [],
  active: ["accept"],
  waiting: ["accept", "park"],
  "wrap-up": ["accept", "end"],
  closed: ["accept", "end", "finish"],
};

/** Opens Robin's first conversation with a team. @returns its id. */
export const openConversation = async ({ number, text }: Team): Promise<ConversationId> => {
  await text(ROBIN, "My tent leaks.");
  return conversationIdFor(ROBIN, { channelNumber: number });
};

/**
 * Opens a conversation and brings it into a state as Ana. For `queued`, Ana and Ben set their presence to away first.
 * @returns the conversation's id.
 * @throws Error when the API refuses an action.
 */
export const bringTo = async (state: RestingState, team: Team): Promise<ConversationId> => {
  const { ana, ben, twin } = team;
  if (state === "queued") await Promise.all([ana.setPresence("away"), ben.setPresence("away")]);
  const id = await openConversation(team);
  for (const action of ACTIONS[state]) {
    const { status } = await ana.act(id, action);
    if (status !== 200) throw new Error(`${ana.id} cannot ${action} it: ${status}`);
  }
  await twin.settled();
  return id;
};

/** A conversation as the API shows it to a supervisor. */
export const viewConversation = async ({ sofia }: Team, id: string) => (await sofia.call(`conversations/${id}`)).body;

/** The units of capacity that an agent's conversations take. */
export const loadOf = async (agent: Colleague): Promise<number> => (await agent.call("me")).body.load;

/** Sets the capacity of an agent as the administrator, and waits until the twin is idle. */
export const setCapacity = async (
  { admin, queueId, twin }: Team,
  { id }: Colleague,
  capacity: number,
): Promise<void> => {
  const body = { name: id, capacity, queueIds: [queueId], skills: [] };
  const { status } = await admin.call(`agents/${id}`, { method: "PUT", body });
  if (status !== 200) throw new Error(`The administrator cannot change ${id}: ${status}`);
  await twin.settled();
};
