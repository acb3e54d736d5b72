import type { SignIn } from "../../shared/kernel/caller.ts";
import type { ServiceHealth } from "../../shared/upkeep/health.ts";
import { countingIds } from "./counting-ids.ts";
import { FakeProvider } from "./fake-provider.ts";
import { FixedClock } from "./fixed-clock.ts";
import { fixedKeyedHash } from "./fixed-keyed-hash.ts";
import type { Hooks } from "./hooks.ts";
import { InMemoryAgents } from "./in-memory-agents.ts";
import { InMemoryAudit } from "./in-memory-audit.ts";
import { InMemoryContacts } from "./in-memory-contacts.ts";
import { InMemoryConversations } from "./in-memory-conversations.ts";
import { InMemoryDrafts } from "./in-memory-drafts.ts";
import { InMemoryEvaluatedEntries } from "./in-memory-evaluated-entries.ts";
import { InMemoryMessages } from "./in-memory-messages.ts";
import { InMemoryPresenceRenewals } from "./in-memory-presence-renewals.ts";
import { InMemoryQuarantine } from "./in-memory-quarantine.ts";
import { InMemoryRequestLog } from "./in-memory-request-log.ts";
import { InMemorySettings } from "./in-memory-settings.ts";
import { InMemoryThreads } from "./in-memory-threads.ts";
import { KeptProviderEvents } from "./kept-provider-events.ts";
import { OpenPace } from "./open-pace.ts";
import { RecordedJobQueue } from "./recorded-job-queue.ts";
import { RecordedLiveUpdates } from "./recorded-live-updates.ts";
import { RecordedRoutingWorkflow } from "./recorded-routing-workflow.ts";
import { type SampleOrganisation, sampleOrganisation } from "./sample-organisation.ts";

const SIGN_IN: SignIn = { authority: "https://login.example/tenant", clientId: "console", scope: "openid api" };

/** The ports of all use cases, in memory. They share `hooks`. */
export const makeFakes = (some: Partial<SampleOrganisation> = {}) => {
  const { organisation, channels, queues, rules, operatingHours, agents, contacts } = sampleOrganisation(some);
  const hooks: Hooks = {};
  const clock = new FixedClock();
  const provider = new FakeProvider();
  const settings = new InMemorySettings(hooks);
  if (organisation) settings.seed("organisation", organisation);
  settings.seed("channels", ...channels);
  settings.seed("queues", ...queues);
  settings.seed("routing-rules", { id: "routing-rules", rules: [...rules] });
  settings.seed("operating-hours", ...operatingHours);
  return {
    hooks,
    clock,
    now: clock.now,
    newId: countingIds(),
    keyedHash: fixedKeyedHash,
    provider,
    providers: { acs: provider },
    pace: new OpenPace(),
    settings,
    agents: new InMemoryAgents(agents, hooks),
    audit: new InMemoryAudit(hooks),
    contacts: new InMemoryContacts(contacts, hooks),
    conversations: new InMemoryConversations(hooks),
    drafts: new InMemoryDrafts(hooks),
    messages: new InMemoryMessages(hooks),
    threads: new InMemoryThreads(hooks),
    quarantine: new InMemoryQuarantine(hooks),
    jobs: new RecordedJobQueue(hooks),
    evaluatedEntries: new InMemoryEvaluatedEntries(),
    presenceRenewals: new InMemoryPresenceRenewals(),
    requestLog: new InMemoryRequestLog(),
    providerEvents: new KeptProviderEvents(hooks),
    health: { check: async (): Promise<readonly ServiceHealth[]> => [{ name: "Cosmos DB", ok: true }] },
    routingWorkflow: new RecordedRoutingWorkflow(hooks),
    liveUpdates: new RecordedLiveUpdates(),
    signIn: SIGN_IN as SignIn | undefined,
  };
};
export type Fakes = ReturnType<typeof makeFakes>;
