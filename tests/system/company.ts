import type * as z from "zod";
import { loadConfig } from "../../infra/config.ts";
import { makeKeyedHash } from "../../infra/crypto/keyed-hash.ts";
import { sampleSettings } from "../../local/environment.ts";
import { type SampleOrganisation, sampleOrganisation } from "../../local/sample-organisation.ts";
import { type Agent, agentSchema } from "../../shared/agent/agent.ts";
import { type Contact, contactSchema } from "../../shared/contact/contact.ts";
import { threadIdOf } from "../../shared/conversation/thread.ts";
import { type ConversationId, conversationIdOf } from "../../shared/kernel/ids.ts";
import { SETTING_SCHEMAS } from "../../shared/settings/settings.ts";
import { addressSchema } from "../../shared/sms/address.ts";
import { COMPANY } from "./stage.ts";

const CHANNEL = { provider: "acs", number: COMPANY, enabled: true, queueId: "support" };

type Input<K extends keyof typeof SETTING_SCHEMAS> = z.input<(typeof SETTING_SCHEMAS)[K]>;

/** What matters of a company to a test; all else is as usual. */
export interface CompanyPlan {
  /** Ana and Ben when not told. Whoever is here can sign in. */
  readonly agents?: readonly (Partial<z.input<typeof agentSchema>> & { readonly id: string })[];
  /** Beside the queue "support", unless that is among them. */
  readonly queues?: readonly (Partial<Input<"queues">> & { readonly id: string })[];
  /** One with the company's number, into the queue "support", when not told. */
  readonly channels?: readonly (Partial<Input<"channels">> & { readonly id: string })[];
  readonly rules?: Input<"routing-rules">["rules"];
  readonly hours?: readonly Input<"operating-hours">[];
  readonly contacts?: readonly (Partial<z.input<typeof contactSchema>> & { readonly mobilePhone: string })[];
}

/**
 * A company whose conversations wait in the queue "support", for agents who are available there and hold two each.
 * Sofia the supervisor and the administrator can sign in too.
 */
export const companyOf = (plan: CompanyPlan = {}): SampleOrganisation => {
  const sample = sampleOrganisation();
  const agents = (plan.agents ?? [{ id: "ana" }, { id: "ben" }]).map(agentOf);
  const queues = [...(plan.queues ?? [])];
  if (!queues.some(({ id }) => id === "support")) queues.push({ id: "support" });
  return {
    settings: {
      ...sample.settings,
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

const agentOf = (agent: NonNullable<CompanyPlan["agents"]>[number]): Agent =>
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

const contactOf = (contact: NonNullable<CompanyPlan["contacts"]>[number], index: number): Contact =>
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
 * The id of a customer's conversation.
 * @param which.number - counts the customer's conversations, from 1.
 * @param which.company - the number that the customer texted.
 */
export const conversationOf = (
  customer: string,
  { number = 1, company = COMPANY }: { readonly number?: number; readonly company?: string } = {},
): ConversationId =>
  conversationIdOf(threadIdOf(keyedHash, addressSchema.parse(company), addressSchema.parse(customer)), number);

/** Of the sample settings, which every twin has. */
const keyedHash = makeKeyedHash(loadConfig(sampleSettings()).threadIdKey);
