import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { Agents } from "../shared/agent/agents.ts";
import type { Contacts } from "../shared/contact/contacts.ts";
import type { Conversations } from "../shared/conversation/conversations.ts";
import type { Messages } from "../shared/conversation/messages.ts";
import type { Threads } from "../shared/conversation/thread.ts";
import type { ProviderEvents } from "../shared/intake/provider-events.ts";
import type { Quarantine } from "../shared/intake/quarantine.ts";
import type { TokenVerifier } from "../shared/kernel/caller.ts";
import type { Fingerprint } from "../shared/kernel/ids.ts";
import { type Now, toInstant } from "../shared/kernel/instant.ts";
import type { WakeUps } from "../shared/kernel/jobs.ts";
import type { Settings } from "../shared/settings/settings.ts";
import type { Pace } from "../shared/sms/pace.ts";
import type { Providers } from "../shared/sms/provider.ts";
import type { PartHealth } from "../shared/upkeep/health.ts";
import type { Config } from "./config.ts";
import { CachedSettings } from "./cosmos/cached-settings.ts";
import { CosmosAgents } from "./cosmos/cosmos-agents.ts";
import { CosmosContacts } from "./cosmos/cosmos-contacts.ts";
import { CosmosConversations } from "./cosmos/cosmos-conversations.ts";
import { connectCosmos } from "./cosmos/cosmos-database.ts";
import { CosmosMessages } from "./cosmos/cosmos-messages.ts";
import { CosmosPace } from "./cosmos/cosmos-pace.ts";
import { CosmosQuarantine } from "./cosmos/cosmos-quarantine.ts";
import { CosmosSettings } from "./cosmos/cosmos-settings.ts";
import { CosmosThreads } from "./cosmos/cosmos-threads.ts";
import { Seal } from "./crypto/encryptor.ts";
import { makeFingerprint } from "./crypto/keyed-hash.ts";
import { EntraTokenVerifier } from "./entra/entra-token-verifier.ts";
import { makeHealthCheck } from "./health/health-check.ts";
import type { ProviderSurroundings } from "./providers/setup.ts";
import { connectServiceBus } from "./service-bus/connect-service-bus.ts";
import { QueueSenders } from "./service-bus/queue-senders.ts";
import { ServiceBusProviderEvents } from "./service-bus/service-bus-provider-events.ts";
import { ServiceBusWakeUps } from "./service-bus/service-bus-wake-ups.ts";

/** Everything that the functions need and that lasts as long as the process. */
export interface Deps {
  readonly agents: Agents;
  readonly contacts: Contacts;
  readonly conversations: Conversations;
  readonly messages: Messages;
  readonly quarantine: Quarantine;
  readonly settings: Settings;
  readonly threads: Threads;
  readonly wakeUps: WakeUps;
  readonly providerEvents: ProviderEvents;
  readonly pace: Pace;
  readonly providers: Providers;
  readonly verifier: TokenVerifier;
  readonly health: { check(): Promise<readonly PartHealth[]> };
  readonly fingerprint: Fingerprint;
  readonly now: Now;
  readonly newId: () => string;
  /** Waits for a number of seconds. */
  readonly wait: (seconds: number) => Promise<void>;
  /** Ends the connections. */
  close(): Promise<void>;
}

/** Builds it all, once a process. No connection is made before it is used. */
export const buildDeps = (config: Config): Deps => {
  const now: Now = () => toInstant(new Date());
  const containers = connectCosmos(config);
  const serviceBus = connectServiceBus(config);
  const senders = new QueueSenders(serviceBus, now);
  const settings = new CachedSettings(new CosmosSettings(containers), now);
  return {
    agents: new CosmosAgents(containers),
    contacts: new CosmosContacts(containers),
    conversations: new CosmosConversations(containers),
    messages: new CosmosMessages(containers),
    quarantine: new CosmosQuarantine(containers),
    settings,
    threads: new CosmosThreads(containers),
    wakeUps: new ServiceBusWakeUps(senders),
    providerEvents: new ServiceBusProviderEvents(senders, new Seal(config.threadIdKey, "provider events")),
    pace: new CosmosPace(containers),
    providers: makeProviders(config, { now, wait }),
    verifier: new EntraTokenVerifier(config.auth, now),
    health: { check: makeHealthCheck(settings, serviceBus) },
    fingerprint: makeFingerprint(config.threadIdKey),
    now,
    newId: randomUUID,
    wait,
    close: async () => (await serviceBus()).close(),
  };
};

const wait = (seconds: number): Promise<void> => setTimeout(seconds * 1000);

const makeProviders = (
  { providers, identityClientId }: Config,
  clock: Pick<ProviderSurroundings, "now" | "wait">,
): Providers =>
  Object.fromEntries(Object.entries(providers).map(([name, make]) => [name, make({ identityClientId, ...clock })]));
