import * as z from "zod";
import type { Agent, AgentProfile } from "../../shared/agent/agent.ts";
import { agentIdSchema, conversationIdSchema } from "../../shared/kernel/ids.ts";
import { instantSchema } from "../../shared/kernel/instant.ts";
import { complete, type DocumentKind, defineDocument, type EveryMember, sameShape } from "./document-kind.ts";

const claimSchema = z.object({ units: z.int(), since: instantSchema, token: z.string() });
type ClaimDocument = z.infer<typeof claimSchema>;

// Patches set every member but the id.
const agentDocumentSchema = z.object({
  id: agentIdSchema,
  name: z.string(),
  capacity: z.int(),
  queueIds: z.array(z.string()),
  skills: z.array(z.string()),
  presence: z.enum(["available", "busy", "do-not-disturb", "away", "offline", "inactive"]),
  presenceAt: instantSchema.optional(),
  believedUntil: instantSchema.optional(),
  load: z.int(),
  claims: z.record(conversationIdSchema, claimSchema),
  lastAssignedAt: instantSchema.optional(),
  retiredAt: instantSchema.optional(),
});
type AgentDocument = z.infer<typeof agentDocumentSchema>;

type Claim = Agent["claims"][keyof Agent["claims"]];

/** The members that hold an agent's profile. */
export const toProfileMembers = (profile: AgentProfile): Pick<AgentDocument, keyof AgentProfile> => ({
  name: profile.name,
  capacity: profile.capacity,
  queueIds: [...profile.queueIds],
  skills: [...profile.skills],
});

/** The member of `claims` that holds a claim. */
export const toClaimDocument = ({ units, claimedAt, token }: Claim): EveryMember<ClaimDocument> => ({
  units,
  since: claimedAt,
  token,
});

const toClaim = ({ units, since, token }: ClaimDocument): Claim => complete<Claim>({ units, claimedAt: since, token });

export const AGENT_DOCUMENT: DocumentKind<Agent> = defineDocument<Agent, AgentDocument>({
  container: "agents",
  schema: agentDocumentSchema,
  upgrades: [sameShape],
  toDocument: (agent) => ({
    id: agent.id,
    ...toProfileMembers(agent),
    presence: agent.presence,
    presenceAt: agent.presenceChosenAt,
    believedUntil: agent.believedUntil,
    load: agent.load,
    claims: mapValues(agent.claims, toClaimDocument),
    lastAssignedAt: agent.lastAssignedAt,
    retiredAt: agent.retiredAt,
  }),
  fromDocument: (document) =>
    complete<Agent>({
      id: document.id,
      name: document.name,
      capacity: document.capacity,
      queueIds: document.queueIds,
      skills: document.skills,
      presence: document.presence,
      presenceChosenAt: document.presenceAt,
      believedUntil: document.believedUntil,
      load: document.load,
      claims: mapValues(document.claims, toClaim),
      lastAssignedAt: document.lastAssignedAt,
      retiredAt: document.retiredAt,
    }),
});

const mapValues = <V, W>(record: Readonly<Record<string, V>>, map: (value: V) => W): Record<string, W> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
