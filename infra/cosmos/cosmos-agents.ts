import type { PatchOperation } from "@azure/cosmos";
import * as z from "zod";
import { type Agent, type AgentProfile, presenceOf, profileVersionOf } from "../../shared/agent/agent.ts";
import type { Agents, ClaimRequest, PresenceChoice } from "../../shared/agent/agents.ts";
import type { AgentId, ConversationId } from "../../shared/kernel/ids.ts";
import type { Instant } from "../../shared/kernel/instant.ts";
import { RETRY, retryOnConflict } from "../../shared/kernel/retry-on-conflict.ts";
import type { Freshness, Page, PageRequest } from "../../shared/kernel/stored.ts";
import type { Presence } from "../../shared/settings/presence.ts";
import { AGENT_DOCUMENT, toClaimDocument, toProfileMembers } from "./agent-document.ts";
import type { Containers } from "./cosmos-database.ts";
import { NOT_RETIRED } from "./document-kind.ts";
import { Documents } from "./documents.ts";

/**
 * Agents in the container `agents`. One conditional patch changes an agent's load and claims together: the load is
 * always the sum of the claims.
 */
export class CosmosAgents implements Agents {
  readonly #documents: Documents<Agent>;

  constructor(containers: Containers) {
    this.#documents = new Documents(containers, AGENT_DOCUMENT);
  }

  async find(id: AgentId): Promise<Agent | undefined> {
    const agent = await this.findWithRetired(id);
    return agent?.retiredAt === undefined ? agent : undefined;
  }

  async findWithRetired(id: AgentId): Promise<Agent | undefined> {
    return (await this.#documents.read(id, id))?.value;
  }

  list(page: PageRequest): Promise<Page<Agent>> {
    return this.#documents.page({ where: NOT_RETIRED, sortedBy: "name", order: "ASC" }, page);
  }

  membersOf(queueId: string, freshness: Freshness = {}): Promise<readonly Agent[]> {
    return this.#documents.query({
      ...freshness,
      text: `SELECT * FROM c WHERE ARRAY_CONTAINS(c.queueIds, @queueId) AND ${NOT_RETIRED}`,
      parameters: { queueId },
    });
  }

  withClaims(): Promise<readonly Agent[]> {
    return this.#documents.query({ text: "SELECT * FROM c WHERE c.load > 0" });
  }

  claim(request: ClaimRequest): Promise<"claimed" | "held" | "refused"> {
    return retryOnConflict({ what: `claim of agent ${request.agentId}` }, async () => {
      const added = await this.#addClaim(request);
      if (added === "not-found") return "refused";
      return added === "refused" ? this.#takeOverClaim(request) : "claimed";
    });
  }

  #addClaim(request: ClaimRequest): Promise<Agent | "refused" | "not-found"> {
    const { agentId, conversationId, units, claimedAt, token } = request;
    return this.#patch(
      agentId,
      [
        { op: "incr", path: "/load", value: units },
        { op: "add", path: claimPath(conversationId), value: toClaimDocument({ units, claimedAt, token }) },
        { op: "set", path: "/lastAssignedAt", value: claimedAt },
      ],
      hasCapacityFor(request),
    );
  }

  /**
   * Gives an existing claim for the conversation the token of the request.
   * @returns `refused` when there is no claim and no capacity, `RETRY` when a claim was released or taken over at the same
   * time.
   */
  async #takeOverClaim(request: ClaimRequest): Promise<"held" | "refused" | typeof RETRY> {
    const { agentId, conversationId, units, claimedAt, token, presences, mayExceedCapacity } = request;
    const agent = await this.find(agentId);
    if (!agent || (presences && !presences.includes(presenceOf(agent, claimedAt)))) return "refused";
    const claim = agent.claims[conversationId];
    // The claim that was in the way may have been released since.
    if (!claim) return mayExceedCapacity || agent.load + units <= agent.capacity ? RETRY : "refused";
    const patched = await this.#patch(
      agentId,
      [
        {
          op: "set",
          path: claimPath(conversationId),
          value: toClaimDocument({ units: claim.units, claimedAt, token }),
        },
      ],
      `${hasClaim(conversationId, claim.token)} AND ${NOT_RETIRED}`,
    );
    return typeof patched === "string" ? RETRY : "held";
  }

  async release(id: AgentId, conversationId: ConversationId, token: string): Promise<Agent | undefined> {
    const claim = (await this.findWithRetired(id))?.claims[conversationId];
    if (claim?.token !== token) return undefined;
    const released = await this.#patch(
      id,
      [
        { op: "incr", path: "/load", value: -claim.units },
        { op: "remove", path: claimPath(conversationId) },
      ],
      hasClaim(conversationId, token),
    );
    return typeof released === "string" ? undefined : released;
  }

  async setPresence(id: AgentId, { presence, chosenAt, believedUntil }: PresenceChoice): Promise<Agent | undefined> {
    const changed = await this.#patch(
      id,
      [
        { op: "set", path: "/presence", value: presence },
        { op: "set", path: "/presenceAt", value: chosenAt },
        { op: "set", path: "/believedUntil", value: believedUntil },
      ],
      `FROM c WHERE ${NOT_RETIRED}`,
    );
    return typeof changed === "string" ? undefined : changed;
  }

  async renewPresence(id: AgentId, believedUntil: Instant): Promise<void> {
    const operations: PatchOperation[] = [{ op: "set", path: "/believedUntil", value: believedUntil }];
    await this.#patch(id, operations, `FROM c WHERE ${NOT_RETIRED}`);
  }

  async setInactive(id: AgentId, since: Instant): Promise<void> {
    await this.#patch(
      id,
      [{ op: "set", path: "/presence", value: "inactive" satisfies Presence }],
      `FROM c WHERE ${NOT_RETIRED} AND (NOT IS_DEFINED(c.presenceAt) OR c.presenceAt <= ${quoted(since)})`,
    );
  }

  saveProfile(id: AgentId, profile: AgentProfile): Promise<Agent> {
    const operations = Object.entries(toProfileMembers(profile)).map(
      ([name, value]) => ({ op: "set", path: `/${name}`, value }) as const,
    );
    return retryOnConflict({ what: `profile of agent ${id}` }, async () => {
      const changed = await this.#patch(id, operations, `FROM c WHERE ${NOT_RETIRED}`);
      if (typeof changed !== "string") return changed;
      if (changed === "refused") return this.#bringBack(id, profile);
      const agent: Agent = { id, ...profile, presence: "offline", load: 0, claims: {} };
      return (await this.#documents.create(agent)) === "exists" ? RETRY : agent;
    });
  }

  replaceProfile(id: AgentId, profile: AgentProfile, version: string): Promise<Agent | "stale"> {
    return retryOnConflict({ what: `agent ${id}` }, async () => {
      const stored = await this.#documents.read(id, id);
      if (!stored || profileVersionOf(stored.value) !== version) return "stale";
      const { retiredAt: _, ...agent } = stored.value;
      const replaced = await this.#documents.replace(stored, { ...agent, ...profile });
      return replaced === "stale" ? RETRY : replaced.value;
    });
  }

  async #bringBack(id: AgentId, profile: AgentProfile): Promise<Agent | typeof RETRY> {
    const retired = await this.findWithRetired(id);
    if (!retired) return RETRY;
    const replaced = await this.replaceProfile(id, profile, profileVersionOf(retired));
    return replaced === "stale" ? RETRY : replaced;
  }

  async retire(id: AgentId, retiredAt: Instant): Promise<Agent | undefined> {
    const retired = await this.#patch(
      id,
      [
        { op: "set", path: "/retiredAt", value: retiredAt },
        { op: "set", path: "/presence", value: "offline" satisfies Presence },
      ],
      `FROM c WHERE ${NOT_RETIRED}`,
    );
    return typeof retired === "string" ? this.findWithRetired(id) : retired;
  }

  #patch(id: AgentId, operations: PatchOperation[], condition?: string): Promise<Agent | "refused" | "not-found"> {
    return this.#documents.patch({ id, partition: id, operations, ...(condition !== undefined && { condition }) });
  }
}

const claimPath = (id: ConversationId): string => `/claims/${id}`;

// A patch condition takes no parameters. Ids, presences and tokens need quotes only, no escapes.
const quoted = (text: string): string => JSON.stringify(tokenSchema.parse(text));
const tokenSchema = z.string().regex(/^[\w.:-]+$/);
const unitsSchema = z.int().min(1);

const hasCapacityFor = ({ conversationId, units, claimedAt, presences, mayExceedCapacity }: ClaimRequest): string => {
  const hasCapacity = mayExceedCapacity ? [] : [`c.load + ${unitsSchema.parse(units)} <= c.capacity`];
  const isNew = `NOT IS_DEFINED(c.claims[${quoted(conversationId)}])`;
  const isPresent = presences ? [hasPresence(presences, claimedAt)] : [];
  return `FROM c WHERE ${[NOT_RETIRED, isNew, ...hasCapacity, ...isPresent].join(" AND ")}`;
};

/** The condition that `presenceOf` is one of these. */
const hasPresence = (presences: readonly Presence[], now: Instant): string => {
  const isChosen = `c.presence IN (${presences.map(quoted).join(", ")})`;
  const hasLapsed = `(IS_DEFINED(c.believedUntil) AND c.believedUntil <= ${quoted(now)})`;
  return presences.includes("offline") ? `(${isChosen} OR ${hasLapsed})` : `${isChosen} AND NOT ${hasLapsed}`;
};

const hasClaim = (id: ConversationId, token: string): string =>
  `FROM c WHERE c.claims[${quoted(id)}].token = ${quoted(token)}`;
