import { afterAll, beforeAll } from "vitest";
import { FREE_PORTS, LocalEnvironment, type LocalEnvironmentOptions } from "../../local/environment.ts";
import type { Colleague } from "../../local/people.ts";
import type { ConversationState } from "../../shared/conversation/conversation.ts";
import type { ConversationId } from "../../shared/kernel/ids.ts";
import { type CompanyPlan, companyOf, conversationOf } from "./company.ts";
import { COMPANY, type Stage, setStage, stageOn } from "./stage.ts";

/** The customer who texts, where a test needs one. */
export const ROBIN = "+14255550123";

/** Two agents with a queue and a number that customers text. */
export interface Team extends Stage {
  /** The team's number. */
  readonly number: string;
  readonly queueId: string;
  /** Is offered a conversation before Ben, where nothing else decides. */
  readonly ana: Colleague;
  readonly ben: Colleague;
  /** A supervisor; no agent. */
  readonly sofia: Colleague;
  readonly admin: Colleague;
}

const teamOn = (stage: Stage, number: string, queueId: string, suffix: string): Team => ({
  ...stage,
  number,
  queueId,
  ana: stage.colleague(`ana${suffix}`),
  ben: stage.colleague(`ben${suffix}`),
  sofia: stage.colleague("sofia"),
  admin: stage.colleague("admin"),
});

/** Starts a twin of its own for a test, whose team is the whole company. */
export const setTeam = async (
  plan: CompanyPlan = {},
  options: Pick<LocalEnvironmentOptions, "faults" | "log"> = {},
): Promise<Team> => teamOn(await setStage({ organisation: companyOf(plan), ...options }), COMPANY, "support", "");

/** More than the tests of any file. */
const TEAMS = 40;

/**
 * Starts one twin for all tests of a file, for those that move no time and break nothing: each gets a team which it
 * shares with nobody. Beside the teams there is the queue "billing" with its agent "cleo".
 * @param channel - what the teams' numbers have in common; they are with ACS when nothing is told.
 * @returns what gives the next team.
 */
export const shareTwin = (channel: Partial<NonNullable<CompanyPlan["channels"]>[number]> = {}): (() => Team) => {
  let twin: LocalEnvironment | undefined;
  let taken = 0;
  beforeAll(async () => {
    twin = await LocalEnvironment.start({ ports: FREE_PORTS, organisation: companyOf(planOfTeams(channel)) });
  });
  afterAll(() => twin?.stop());
  return () => {
    const team = taken++;
    if (!twin || team >= TEAMS) throw new Error(`There is no team ${team}.`);
    return teamOn(stageOn(twin, numberOf(team)), numberOf(team), queueOf(team), `-${team}`);
  };
};

const numberOf = (team: number): string => `+1800555${1000 + team}`;
const queueOf = (team: number): string => `queue-${team}`;

const planOfTeams = (channel: Partial<NonNullable<CompanyPlan["channels"]>[number]>): CompanyPlan => {
  const teams = Array.from({ length: TEAMS }, (_, team) => team);
  return {
    agents: [
      { id: "cleo", capacity: TEAMS, queueIds: ["billing"] },
      ...teams.flatMap((team) => ["ana", "ben"].map((name) => ({ id: `${name}-${team}`, queueIds: [queueOf(team)] }))),
    ],
    queues: [{ id: "billing" }, ...teams.map((team) => ({ id: queueOf(team) }))],
    channels: teams.map((team) => ({
      ...{ id: `channel-${team}`, number: numberOf(team), queueId: queueOf(team) },
      ...channel,
    })),
  };
};

/** A state that a conversation rests in: `new` it is only before it is stored. */
export type RestingState = Exclude<ConversationState, "new">;

/** What Ana does, in turn, to bring a conversation that is offered to her into a state. */
const WAYS: Readonly<Record<RestingState, readonly string[]>> = {
  queued: [],
  offered: [],
  active: ["accept"],
  waiting: ["accept", "park"],
  "wrap-up": ["accept", "end"],
  closed: ["accept", "end", "finish"],
};

/** Has Robin text a team for the first time. @returns the id of the conversation that this opens. */
export const openConversation = async ({ number, text }: Team): Promise<ConversationId> => {
  await text(ROBIN, "My tent leaks.");
  return conversationOf(ROBIN, { company: number });
};

/**
 * Opens a conversation, and has Ana bring it into a state. Where it is to be `queued`, Ana and Ben go away first.
 * @returns the conversation's id.
 * @throws Error when Ana cannot do that.
 */
export const bringTo = async (state: RestingState, team: Team): Promise<ConversationId> => {
  const { ana, ben, twin } = team;
  if (state === "queued") await Promise.all([ana.setPresence("away"), ben.setPresence("away")]);
  const id = await openConversation(team);
  for (const action of WAYS[state]) {
    const { status } = await ana.act(id, action);
    if (status !== 200) throw new Error(`${ana.id} cannot ${action} it: ${status}`);
  }
  await twin.settled();
  return id;
};

/** A conversation as the API shows it to a supervisor. */
export const show = async ({ sofia }: Team, id: string) => (await sofia.call(`conversations/${id}`)).body;

/** How many units of capacity an agent's conversations take. */
export const loadOf = async (agent: Colleague): Promise<number> => (await agent.call("me")).body.load;

/** Has the administrator set how many units an agent of a team may hold, and waits until all that follows is done. */
export const setCapacity = async (
  { admin, queueId, twin }: Team,
  { id }: Colleague,
  capacity: number,
): Promise<void> => {
  const body = { name: id, capacity, queueIds: [queueId], skills: [] };
  const { status } = await admin.call(`agents/${id}`, { method: "PUT", body });
  if (status !== 200) throw new Error(`the administrator cannot change ${id}: ${status}`);
  await twin.settled();
};
