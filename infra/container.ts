import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { liveAgents } from "../shared/agent/live-agents.ts";
import { liveConversations } from "../shared/conversation/live-conversations.ts";
import { liveMessages } from "../shared/conversation/live-messages.ts";
import type { TokenVerifier } from "../shared/kernel/caller.ts";
import type { ConsoleFiles } from "../shared/kernel/console-files.ts";
import { type Now, toInstant } from "../shared/kernel/instant.ts";
import type { Ports } from "../shared/kernel/ports.ts";
import type { Providers } from "../shared/sms/provider.ts";
import type { Config } from "./config/config.ts";
import { FolderConsoleFiles } from "./console/folder-console-files.ts";
import { CosmosAgents } from "./cosmos/cosmos-agents.ts";
import { CosmosAudit } from "./cosmos/cosmos-audit.ts";
import { CosmosContacts } from "./cosmos/cosmos-contacts.ts";
import { CosmosConversations } from "./cosmos/cosmos-conversations.ts";
import { connectCosmos } from "./cosmos/cosmos-database.ts";
import { CosmosDrafts } from "./cosmos/cosmos-drafts.ts";
import { CosmosMessages } from "./cosmos/cosmos-messages.ts";
import { CosmosPace } from "./cosmos/cosmos-pace.ts";
import { CosmosQuarantine } from "./cosmos/cosmos-quarantine.ts";
import { CosmosThreads } from "./cosmos/cosmos-threads.ts";
import { CachedSettings } from "./cosmos/settings/cached-settings.ts";
import { CosmosSettings } from "./cosmos/settings/cosmos-settings.ts";
import { Encryptor } from "./crypto/encryptor.ts";
import { makeKeyedHash } from "./crypto/keyed-hash.ts";
import { EntraTokenVerifier } from "./entra/entra-token-verifier.ts";
import { signInOf } from "./entra/sign-in.ts";
import { makeHealthCheck } from "./health/health-check.ts";
import { LruEvaluatedEntries } from "./memory/lru-evaluated-entries.ts";
import { LruKnownOwners } from "./memory/lru-known-owners.ts";
import { LruPresenceRenewals } from "./memory/lru-presence-renewals.ts";
import { LruRequestLog } from "./memory/lru-request-log.ts";
import { credentialFor } from "./sdk/credential.ts";
import { connectServiceBus } from "./service-bus/connect-service-bus.ts";
import { QueueSenders } from "./service-bus/queue-senders.ts";
import { ServiceBusJobQueue } from "./service-bus/service-bus-job-queue.ts";
import { ServiceBusProviderEvents } from "./service-bus/service-bus-provider-events.ts";
import { NO_LIVE_UPDATES } from "./web-pubsub/no-live-updates.ts";
import { WebPubSubLiveUpdates } from "./web-pubsub/web-pubsub-live-updates.ts";

/** The ports that send messages, under the trace of an invocation. */
type QueuePorts = Pick<Ports, "jobs" | "providerEvents">;

/** The objects that live as long as the process. The client of the routing workflow comes with each invocation instead. */
export interface Container {
  readonly ports: Omit<Ports, "routingWorkflow" | keyof QueuePorts>;
  /** Sends a message to a queue, as `QueueSenders.send` does. */
  readonly sendToQueue: QueueSenders["send"];
  /** @param traceParent - the W3C trace of the messages that are sent. */
  queuesFor(traceParent: string | undefined): QueuePorts;
  readonly tokenVerifier: TokenVerifier;
  readonly consoleFiles: ConsoleFiles;
  /** Closes the connections. */
  close(): Promise<void>;
}

/** The build puts the console beside the bundle. */
const CONSOLE_FOLDER = join(import.meta.dirname, "console");

/** Builds every adapter, once a process. Connections are opened when they are first used. */
export const buildContainer = (config: Config): Container => {
  const now: Now = () => toInstant(new Date());
  const containers = connectCosmos(config);
  const serviceBus = connectServiceBus(config);
  const senders = new QueueSenders(serviceBus, now);
  const providers = makeProviders(config, now);
  const encryptor = new Encryptor(config.threadIdKey, "provider events");
  const webPubSub = makeLiveUpdates(config, now);
  const liveUpdates = webPubSub ?? NO_LIVE_UPDATES;
  const owners = new LruKnownOwners();
  const settings = new CachedSettings(new CosmosSettings(containers), now);
  return {
    ports: {
      agents: liveAgents(new CosmosAgents(containers), liveUpdates),
      audit: new CosmosAudit(containers),
      contacts: new CosmosContacts(containers),
      conversations: liveConversations(new CosmosConversations(containers), { liveUpdates, owners }),
      drafts: new CosmosDrafts(containers),
      liveUpdates,
      messages: liveMessages(new CosmosMessages(containers), { liveUpdates, owners }),
      quarantine: new CosmosQuarantine(containers),
      settings,
      threads: new CosmosThreads(containers),
      pace: new CosmosPace(containers),
      evaluatedEntries: new LruEvaluatedEntries(),
      presenceRenewals: new LruPresenceRenewals(),
      requestLog: new LruRequestLog(),
      providers,
      health: makeHealthCheck({
        settings,
        serviceBus,
        senders,
        providers,
        unresolvedSettings: config.unresolvedSettings,
        now,
      }),
      signIn: signInOf(config),
      keyedHash: makeKeyedHash(config.threadIdKey),
      now,
      newId: randomUUID,
    },
    sendToQueue: (message) => senders.send(message),
    queuesFor: (traceParent) => ({
      jobs: new ServiceBusJobQueue(senders, traceParent),
      providerEvents: new ServiceBusProviderEvents(senders, encryptor, traceParent),
    }),
    consoleFiles: new FolderConsoleFiles(CONSOLE_FOLDER),
    tokenVerifier: new EntraTokenVerifier(config.auth, now),
    close: async () => {
      await Promise.all([webPubSub?.close(), serviceBus().then((client) => client.close())]);
    },
  };
};

const makeProviders = ({ providers, identityClientId }: Config, now: Now): Providers =>
  Object.fromEntries(Object.entries(providers).map(([name, make]) => [name, make({ identityClientId, now })]));

const makeLiveUpdates = ({ webPubSub, identityClientId }: Config, now: Now): WebPubSubLiveUpdates | undefined =>
  webPubSub &&
  new WebPubSubLiveUpdates({
    connection: webPubSub,
    credential: () => credentialFor(identityClientId),
    now,
    log: console.info,
  });
