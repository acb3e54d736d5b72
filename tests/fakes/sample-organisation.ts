import type { z } from "zod";
import { type Agent, agentSchema } from "../../shared/agent/agent.ts";
import type { PresenceChoice } from "../../shared/agent/agents.ts";
import { type Contact, contactSchema } from "../../shared/contact/contact.ts";
import { addSeconds, type Instant } from "../../shared/kernel/instant.ts";
import type { ChosenPresence } from "../../shared/settings/presence.ts";
import {
  type Channel,
  channelSchema,
  type Organisation,
  organisationSchema,
  type Queue,
  queueSchema,
  type RoutingRule,
  routingRuleSchema,
  type SettingsSnapshot,
} from "../../shared/settings/settings.ts";

/** A small company: its settings, its agents and its contacts. */
export interface SampleOrganisation extends SettingsSnapshot {
  readonly agents: readonly Agent[];
  readonly contacts: readonly Contact[];
}

export const CHANNEL_NUMBER = "+14255550100";

export const sampleChannel = (some: Partial<z.input<typeof channelSchema>> = {}): Channel =>
  channelSchema.parse({
    id: "main",
    provider: "acs",
    number: CHANNEL_NUMBER,
    name: "Main number",
    enabled: true,
    queueId: "support",
    ...some,
  });

export const sampleQueue = (some: Partial<z.input<typeof queueSchema>> = {}): Queue =>
  queueSchema.parse({ id: "support", name: "Support", ...some });

export const sampleRule = (some: Partial<z.input<typeof routingRuleSchema>> = {}): RoutingRule =>
  routingRuleSchema.parse({ name: "a rule", when: {}, queueId: "billing", ...some });

/** An agent of the support queue who is available and has a capacity of three. */
export const sampleAgent = (id: string, some: Partial<z.input<typeof agentSchema>> = {}): Agent =>
  agentSchema.parse({
    id,
    name: `Agent ${id}`,
    capacity: 3,
    queueIds: ["support"],
    skills: [],
    presence: "available",
    load: 0,
    claims: {},
    ...some,
  });

/** A presence that an agent chooses, and that is believed for a day. */
export const presenceChoice = (presence: ChosenPresence, chosenAt: Instant): PresenceChoice => ({
  presence,
  chosenAt,
  believedUntil: addSeconds(chosenAt, 86_400),
});

export const sampleContact = (id: string, some: Partial<z.input<typeof contactSchema>> = {}): Contact =>
  contactSchema.parse({
    id,
    mobilePhone: "+14255550123",
    firstName: "Ana",
    lastName: "Ruiz",
    preferredAgentIds: [],
    tags: [],
    updatedAt: "2026-01-01T00:00:00.000Z",
    ...some,
  } satisfies z.input<typeof contactSchema>);

export const sampleCompany = (some: Partial<z.input<typeof organisationSchema>> = {}): Organisation =>
  organisationSchema.parse({
    id: "organisation",
    name: "Contoso",
    smsEnabled: true,
    defaultCountry: "US",
    fallbackQueueId: "fallback",
    ...some,
  });

/** One channel, three queues and one agent, unless a test replaces them. */
export const sampleOrganisation = (some: Partial<SampleOrganisation> = {}): SampleOrganisation => ({
  organisation: sampleCompany(),
  channels: [sampleChannel()],
  queues: [
    sampleQueue(),
    sampleQueue({ id: "billing", name: "Billing" }),
    sampleQueue({ id: "fallback", name: "Fallback" }),
  ],
  rules: [],
  operatingHours: [],
  agents: [sampleAgent("agent-a")],
  contacts: [],
  ...some,
});
