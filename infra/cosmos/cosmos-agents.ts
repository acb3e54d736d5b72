import * as z from "zod";
import { type Agent, type AgentProfile, claimSchema, profileVersionOf } from "../../shared/agent/agent.ts";
import type { Agents, ClaimRequest } from "../../shared/agent/agents.ts";
import { TransientError } from "../../shared/kernel/errors.ts";
import type { AgentId, ConversationId } from "../../shared/kernel/ids.ts";
import type { Instant } from "../../shared/kernel/instant.ts";
import { RETRY, retryOnConflict } from "../../shared/kernel/retry-on-conflict.ts";
import type { Freshness, Page, PageRequest } from "../../shared/kernel/stored.ts";
import type { ChosenPresence, Presence } from "../../shared/settings/presence.ts";
import { AGENT_DOCUMENT, toClaimDocument, toProfileMembers } from "./agent-document.ts";
import type { Containers } from "./cosmos-database.ts";
import { Documents } from "./documents.ts";

/** How often a change is tried again that others overtake. */
const ATTEMPTS = 20;

/**
 * Agents in the container of that name. Load and claims of an agent change together, in one patch under a condition,
 * so that the load is always the sum of the claims and a claim can never go beyond the capacity.
 */
export class CosmosAgents implements Agents {
  readonly #documents: Documents<Agent>;

  constructor(containers: Containers) {
    this.#documents = new Documents(containers, AGENT_DOCUMENT);
  }

  async find(id: AgentId): Promise<Agent | undefined> {
    return (await this.#documents.read(id, id))?.value;
  }

  list(page: PageRequest): Promise<Page<Agent>> {
    return this.#documents.page({ sortedBy: "name", order: "ASC" }, page);
  }

  membersOf(queueId: string, freshness: Freshness = {}): Promise<readonly Agent[]> {
    return this.#documents.query({
      ...freshness,
      text: "SELECT * FROM c WHERE ARRAY_CONTAINS(c.queueIds, @queueId)",
      parameters: { queueId },
    });
  }

  withClaims(): Promise<readonly Agent[]> {
    return this.#documents.query({ text: "SELECT * FROM c WHERE c.load > 0" });
  }

  async claim(request: ClaimRequest): Promise<"claimed" | "held" | "refused"> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const claimed = await this.#add(request);
      if (claimed === "not-found") return "refused";
      if (claimed !== "refused") return "claimed";
      const taken = await this.#takeOver(request);
      if (taken !== "gone") return taken;
    }
    throw new TransientError(`agent ${request.agentId} changes too often`);
  }

  #add(request: ClaimRequest): Promise<Agent | "refused" | "not-found"> {
    const { agentId, conversationId, units, at, token } = request;
    return this.#documents.patch(
      agentId,
      agentId,
      [
        { op: "incr", path: "/load", value: units },
        { op: "add", path: claimPath(conversationId), value: toClaimDocument({ units, since: at, token }) },
        { op: "set", path: "/lastAssignedAt", value: at },
      ],
      roomFor(request),
    );
  }

  /**
   * Gives a claim that another move has left behind the caller's token.
   * @returns `refused` when there is none, `gone` when it was released or taken over at the same time.
   */
  async #takeOver({
    agentId,
    conversationId,
    at,
    token,
    presences,
  }: ClaimRequest): Promise<"held" | "refused" | "gone"> {
    const agent = await this.find(agentId);
    const left = agent?.claims[conversationId];
    if (!left || (presences && !presences.includes(agent.presence))) return "refused";
    const taken = await this.#documents.patch(
      agentId,
      agentId,
      [{ op: "set", path: claimPath(conversationId), value: toClaimDocument({ units: left.units, since: at, token }) }],
      hasClaim(conversationId, left.token),
    );
    return typeof taken === "string" ? "gone" : "held";
  }

  async release(id: AgentId, conversationId: ConversationId, token: string): Promise<Agent | undefined> {
    const claim = (await this.find(id))?.claims[conversationId];
    if (claim?.token !== token) return undefined;
    const freed = await this.#documents.patch(
      id,
      id,
      [
        { op: "incr", path: "/load", value: -claim.units },
        { op: "remove", path: claimPath(conversationId) },
      ],
      hasClaim(conversationId, token),
    );
    return typeof freed === "string" ? undefined : freed;
  }

  async setPresence(id: AgentId, presence: ChosenPresence, at: Instant): Promise<Agent | undefined> {
    const changed = await this.#documents.patch(id, id, [
      { op: "set", path: "/presence", value: presence },
      { op: "set", path: "/presenceAt", value: at },
    ]);
    return typeof changed === "string" ? undefined : changed;
  }

  async setInactive(id: AgentId, since: Instant): Promise<void> {
    await this.#documents.patch(
      id,
      id,
      [{ op: "set", path: "/presence", value: "inactive" satisfies Presence }],
      `FROM c WHERE NOT IS_DEFINED(c.presenceAt) OR c.presenceAt <= ${quoted(since)}`,
    );
  }

  async saveProfile(id: AgentId, profile: AgentProfile): Promise<Agent> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const operations = Object.entries(toProfileMembers(profile)).map(
        ([name, value]) => ({ op: "set", path: `/${name}`, value }) as const,
      );
      const changed = await this.#documents.patch(id, id, operations);
      if (typeof changed !== "string") return changed;
      const agent: Agent = { id, ...profile, presence: "offline", load: 0, claims: {} };
      if ((await this.#documents.create(agent)) !== "exists") return agent;
    }
    throw new TransientError(`agent ${id} changes too often`);
  }

  replaceProfile(id: AgentId, profile: AgentProfile, version: string): Promise<Agent | "stale"> {
    return retryOnConflict({ what: `agent ${id}` }, async () => {
      const stored = await this.#documents.read(id, id);
      if (!stored || profileVersionOf(stored.value) !== version) return "stale";
      const replaced = await this.#documents.replace(stored, { ...stored.value, ...profile });
      return replaced === "stale" ? RETRY : replaced.value;
    });
  }
}

const claimPath = (id: ConversationId): string => `/claims/${id}`;

// A condition takes no parameters. Ids, presences and tokens are of a form that needs no more than quotes.
const quoted = (text: string): string => JSON.stringify(tokenSchema.parse(text));
const tokenSchema = z.string().regex(/^[\w.:-]+$/);

const roomFor = ({ conversationId, units, presences }: ClaimRequest): string => {
  const room = `c.load + ${claimSchema.shape.units.parse(units)} <= c.capacity`;
  const isNew = `NOT IS_DEFINED(c.claims[${quoted(conversationId)}])`;
  const isPresent = presences ? [`c.presence IN (${presences.map(quoted).join(", ")})`] : [];
  return `FROM c WHERE ${[room, isNew, ...isPresent].join(" AND ")}`;
};

const hasClaim = (id: ConversationId, token: string): string =>
  `FROM c WHERE c.claims[${quoted(id)}].token = ${quoted(token)}`;
