import type { Subject } from "azure-twin/identity";
import type * as z from "zod";
import { type Agent, agentSchema } from "../shared/agent/agent.ts";
import { type Contact, contactSchema } from "../shared/contact/contact.ts";
import { SETTING_SCHEMAS, type Setting, type SettingKind } from "../shared/settings/settings.ts";

/** A company to try Hilo with. */
export interface SampleOrganisation {
  readonly settings: { readonly [K in SettingKind]?: readonly Setting<K>[] };
  readonly agents: readonly Agent[];
  readonly contacts: readonly Contact[];
  /** The users who can get a token. */
  readonly subjects: readonly Subject[];
}

/** The number that customers text by default. */
export const SAMPLE_CHANNEL_NUMBER = "+18005550100";

/** One number for each provider. */
const CHANNELS = [
  { id: "main", provider: "acs", number: SAMPLE_CHANNEL_NUMBER, name: "Main number", numberType: "toll-free" },
  { id: "twilio", provider: "twilio", number: "+12065550101", name: "Seattle number", numberType: "long-code" },
  {
    id: "telesign",
    provider: "telesign",
    number: "+12065550102",
    name: "Second Seattle number",
    numberType: "long-code",
  },
];

/** The providers at which the company has a number. */
export const SAMPLE_PROVIDERS: readonly string[] = CHANNELS.map(({ provider }) => provider);

/**
 * The company's number at a provider.
 * @throws Error when there is none.
 */
export const sampleNumberOf = (provider: string): string => {
  const channel = CHANNELS.find((candidate) => candidate.provider === provider);
  if (!channel) {
    const known = SAMPLE_PROVIDERS.join(", ");
    throw new Error(`Unknown provider "${provider}". The sample company has a number at each of: ${known}.`);
  }
  return channel.number;
};

const QUEUES = [
  { id: "support", name: "Support" },
  { id: "billing", name: "Billing", assignAutomatically: true },
];

const AGENTS = [
  { id: "ana", name: "Ana", capacity: 2, queueIds: ["support"], skills: ["es"] },
  { id: "ben", name: "Ben", capacity: 2, queueIds: ["support", "billing"], skills: [] },
];

const CONTACTS = [
  { id: "contact-1", mobilePhone: "+14255550123", firstName: "Robin", lastName: "Lake", tags: ["vip"] },
  { id: "contact-2", mobilePhone: "+14255550124", firstName: "Kim", lastName: "Hill", tags: [] },
  { id: "contact-3", mobilePhone: "+14255550125", firstName: "Sam", lastName: "Field", tags: [] },
  // Two people share a phone.
  { id: "contact-4", mobilePhone: "+14255550125", firstName: "Alex", lastName: "Field", tags: [] },
];

export const sampleOrganisation = (): SampleOrganisation => ({
  settings: {
    organisation: [
      SETTING_SCHEMAS.organisation.parse({
        id: "organisation",
        name: "Sample Company",
        smsEnabled: true,
        defaultCountry: "US",
        // People who type requests by hand are slower than a console.
        presenceLeaseSeconds: 86_400,
        fallbackQueueId: "support",
      }),
    ],
    channels: CHANNELS.map((channel) =>
      SETTING_SCHEMAS.channels.parse({ ...channel, enabled: true, queueId: "support" }),
    ),
    queues: QUEUES.map((queue) => SETTING_SCHEMAS.queues.parse(queue)),
    "routing-rules": [
      SETTING_SCHEMAS["routing-rules"].parse({
        id: "routing-rules",
        rules: [{ name: "bills", when: { textContains: ["invoice", "bill", "refund"] }, queueId: "billing" }],
      }),
    ],
    "operating-hours": [
      SETTING_SCHEMAS["operating-hours"].parse({
        id: "office",
        timeZone: "America/Los_Angeles",
        week: ["monday", "tuesday", "wednesday", "thursday", "friday"].map((day) => ({
          day,
          from: "08:00",
          until: "17:00",
        })),
        holidays: [],
      }),
    ],
    "quick-replies": [
      SETTING_SCHEMAS["quick-replies"].parse({
        id: "thanks",
        title: "Thanks",
        text: "Thank you for your patience. Is there anything else we can do for you?",
      }),
    ],
  },
  agents: AGENTS.map((agent) => agentSchema.parse({ ...agent, presence: "available", load: 0, claims: {} })),
  contacts: CONTACTS.map((contact) =>
    contactSchema.parse({
      ...contact,
      preferredAgentIds: [],
      updatedAt: "2026-01-01T00:00:00.000Z",
    } satisfies z.input<typeof contactSchema>),
  ),
  subjects: [
    ...AGENTS.map(({ id, name }) => ({ id, name, roles: ["Agent"] })),
    { id: "sofia", name: "Sofia", roles: ["Agent", "Supervisor"] },
    { id: "admin", name: "Administrator", roles: ["Administrator"] },
  ],
});
