import { type Agent, type AgentProfile, presenceOf, profileVersionOf } from "../../shared/agent/agent.ts";
import type { Agents, ClaimRequest, PresenceChoice } from "../../shared/agent/agents.ts";
import type { AgentId, ConversationId } from "../../shared/kernel/ids.ts";
import type { Instant } from "../../shared/kernel/instant.ts";
import type { Page, PageRequest } from "../../shared/kernel/stored.ts";
import type { Hooks } from "./hooks.ts";
import { InMemoryTable } from "./in-memory-table.ts";
import { pageOf, sortedBy } from "./paging.ts";

export class InMemoryAgents implements Agents {
  readonly #table: InMemoryTable<Agent>;

  constructor(agents: readonly Agent[] = [], hooks: Hooks = {}) {
    this.#table = new InMemoryTable("agents", hooks);
    for (const agent of agents) this.seed(agent);
  }

  find(id: AgentId): Promise<Agent | undefined> {
    return this.#table.read("find", () => this.#takingPart(id));
  }

  findWithRetired(id: AgentId): Promise<Agent | undefined> {
    return this.#table.read("findWithRetired", () => this.#table.get(id)?.value);
  }

  list(request: PageRequest): Promise<Page<Agent>> {
    return this.#table.read("list", () =>
      pageOf(this.all().filter(takesPart), { keyOf: ({ name }) => name, direction: "ascending" }, request),
    );
  }

  membersOf(queueId: string): Promise<readonly Agent[]> {
    return this.#table.read("membersOf", () =>
      this.all().filter((agent) => takesPart(agent) && agent.queueIds.includes(queueId)),
    );
  }

  withClaims(): Promise<readonly Agent[]> {
    return this.#table.read("withClaims", () => this.all().filter(({ claims }) => Object.keys(claims).length > 0));
  }

  claim(request: ClaimRequest): Promise<"claimed" | "held" | "refused"> {
    const { agentId, conversationId, units, claimedAt, token, presences, mayExceedCapacity } = request;
    return this.#table.write("claim", () => {
      const agent = this.#takingPart(agentId);
      if (!agent || (presences && !presences.includes(presenceOf(agent, claimedAt)))) return "refused";
      const held = agent.claims[conversationId];
      const load = held ? agent.load : agent.load + units;
      if (!held && load > agent.capacity && !mayExceedCapacity) return "refused";
      const claims = { ...agent.claims, [conversationId]: { units: held?.units ?? units, claimedAt, token } };
      this.seed({ ...agent, load, claims, lastAssignedAt: held ? agent.lastAssignedAt : claimedAt });
      return held ? "held" : "claimed";
    });
  }

  release(id: AgentId, conversationId: ConversationId, token: string): Promise<Agent | undefined> {
    return this.#table.write("release", () => {
      const agent = this.#table.get(id)?.value;
      const { [conversationId]: claim, ...claims } = agent?.claims ?? {};
      if (!agent || claim?.token !== token) return undefined;
      this.seed({ ...agent, load: agent.load - claim.units, claims });
      return this.#table.get(id)?.value;
    });
  }

  setPresence(id: AgentId, { presence, chosenAt, believedUntil }: PresenceChoice): Promise<Agent | undefined> {
    return this.#table.write("setPresence", () => {
      const agent = this.#takingPart(id);
      if (agent) this.seed({ ...agent, presence, presenceChosenAt: chosenAt, believedUntil });
      return this.#takingPart(id);
    });
  }

  renewPresence(id: AgentId, believedUntil: Instant): Promise<void> {
    return this.#table.write("renewPresence", () => {
      const agent = this.#takingPart(id);
      if (agent) this.seed({ ...agent, believedUntil });
    });
  }

  setInactive(id: AgentId, since: Instant): Promise<void> {
    return this.#table.write("setInactive", () => {
      const agent = this.#takingPart(id);
      if (agent && (agent.presenceChosenAt ?? "") <= since) this.seed({ ...agent, presence: "inactive" });
    });
  }

  saveProfile(id: AgentId, profile: AgentProfile): Promise<Agent> {
    return this.#table.write("saveProfile", () => {
      const known = this.#table.get(id)?.value ?? { id, presence: "offline" as const, load: 0, claims: {} };
      const { retiredAt: _, ...agent }: Agent = { ...known, ...profile };
      this.seed(agent);
      return agent;
    });
  }

  replaceProfile(id: AgentId, profile: AgentProfile, version: string): Promise<Agent | "stale"> {
    return this.#table.write("replaceProfile", () => {
      const known = this.#table.get(id)?.value;
      if (!known || profileVersionOf(known) !== version) return "stale";
      const { retiredAt: _, ...agent }: Agent = { ...known, ...profile };
      this.seed(agent);
      return agent;
    });
  }

  retire(id: AgentId, retiredAt: Instant): Promise<Agent | undefined> {
    return this.#table.write("retire", () => {
      const agent = this.#takingPart(id);
      if (agent) this.seed({ ...agent, presence: "offline", retiredAt });
      return this.#table.get(id)?.value;
    });
  }

  /** All agents, in the order of their ids. */
  all(): readonly Agent[] {
    const agents = this.#table.values().map(({ value }) => value);
    return sortedBy(agents, ({ id }) => id, "ascending");
  }

  #takingPart(id: AgentId): Agent | undefined {
    const agent = this.#table.get(id)?.value;
    return agent && takesPart(agent) ? agent : undefined;
  }

  /** Stores an agent, or replaces the one with its id. */
  seed(agent: Agent): void {
    this.#table.put(agent.id, agent);
  }
}

const takesPart = ({ retiredAt }: Agent): boolean => retiredAt === undefined;
