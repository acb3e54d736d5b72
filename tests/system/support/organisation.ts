import type * as z from "zod";
import { loadConfig } from "../../../infra/config/config.ts";
import { makeKeyedHash } from "../../../infra/crypto/keyed-hash.ts";
import { sampleSettings } from "../../../local/environment.ts";
import { type SampleOrganisation, sampleOrganisation } from "../../../local/sample-organisation.ts";
import { type Agent, agentSchema } from "../../../shared/agent/agent.ts";
import { type Contact, contactSchema } from "../../../shared/contact/contact.ts";
import { threadIdOf } from "../../../shared/conversation/thread.ts";
import { type ConversationId, conversationIdOf } from "../../../shared/kernel/ids.ts";
import { SETTING_SCHEMAS } from "../../../shared/settings/settings.ts";
import { addressSchema } from "../../../shared/sms/address.ts";
import { CHANNEL_NUMBER } from "./test-system.ts";

const CHANNEL = { provider: "acs", number: CHANNEL_NUMBER, enabled: true, queueId: "support" };

type Input<K extends keyof typeof SETTING_SCHEMAS> = z.input<(typeof SETTING_SCHEMAS)[K]>;

/** The parts of an organisation that a test chooses; defaults fill in the rest. */
export interface OrganisationPlan {
  /** Defaults to a day: agents make no requests while a test advances the clock. */
  readonly presenceLeaseSeconds?: number;
  /** Defaults to Ana and Ben. Each of them can sign in. */
  readonly agents?: readonly (Partial<z.input<typeof agentSchema>> & { readonly id: string })[];
  /** In addition to the queue "support", unless the list contains it. */
  readonly queues?: readonly (Partial<Input<"queues">> & { readonly id: string })[];
  /** Defaults to one channel with the organisation's number and the queue "support". */
  readonly channels?: readonly (Partial<Input<"channels">> & { readonly id: string })[];
  readonly rules?: Input<"routing-rules">["rules"];
  readonly hours?: readonly Input<"operating-hours">[];
  readonly contacts?: readonly (Partial<z.input<typeof contactSchema>> & { readonly mobilePhone: string })[];
}

/**
 * Builds an organisation whose conversations go to the queue "support". Its agents are members of that queue, available,
 * and have a capacity of two. The supervisor Sofia and an administrator can sign in too.
 */
export const buildOrganisation = (plan: OrganisationPlan = {}): SampleOrganisation => {
  const sample = sampleOrganisation();
  const agents = (plan.agents ?? [{ id: "ana" }, { id: "ben" }]).map(agentOf);
  const queues = [...(plan.queues ?? [])];
  if (!queues.some(({ id }) => id === "support")) queues.push({ id: "support" });
  return {
    settings: {
      ...sample.settings,
      organisation: (sample.settings.organisation ?? []).map((organisation) => ({
        ...organisation,
        presenceLeaseSeconds: plan.presenceLeaseSeconds ?? 86_400,
      })),
      channels: (plan.channels ?? [{ id: "main" }]).map((channel) =>
        SETTING_SCHEMAS.channels.parse({ ...CHANNEL, name: channel.id, ...channel }),
      ),
      queues: queues.map((queue) => SETTING_SCHEMAS.queues.parse({ name: queue.id, ...queue })),
      "routing-rules": [SETTING_SCHEMAS["routing-rules"].parse({ id: "routing-rules", rules: plan.rules ?? [] })],
      "operating-hours": (plan.hours ?? []).map((hours) => SETTING_SCHEMAS["operating-hours"].parse(hours)),
    },
    agents,
    contacts: (plan.contacts ?? []).map(contactOf),
    subjects: [
      ...agents.map(({ id, name }) => ({ id, name, roles: ["Agent"] })),
      ...sample.subjects.filter(({ id }) => ["sofia", "admin"].includes(id)),
    ],
  };
};

const agentOf = (agent: NonNullable<OrganisationPlan["agents"]>[number]): Agent =>
  agentSchema.parse({
    name: agent.id,
    presence: "available",
    capacity: 2,
    load: 0,
    queueIds: ["support"],
    skills: [],
    claims: {},
    ...agent,
  });

const contactOf = (contact: NonNullable<OrganisationPlan["contacts"]>[number], index: number): Contact =>
  contactSchema.parse({
    id: `contact-${index + 1}`,
    firstName: "Robin",
    lastName: "Lake",
    preferredAgentIds: [],
    tags: [],
    updatedAt: "2026-01-01T00:00:00.000Z",
    ...contact,
  });

/**
 * Computes the id of a customer's conversation.
 * @param which.number - the conversation's position in its thread, from 1.
 * @param which.channelNumber - the number that the customer texted.
 */
export const conversationIdFor = (
  customer: string,
  { number = 1, channelNumber = CHANNEL_NUMBER }: { readonly number?: number; readonly channelNumber?: string } = {},
): ConversationId =>
  conversationIdOf(threadIdOf(keyedHash, addressSchema.parse(channelNumber), addressSchema.parse(customer)), number);

/** Made from the sample settings, which every twin uses. */
const keyedHash = makeKeyedHash(loadConfig(sampleSettings()).threadIdKey);
