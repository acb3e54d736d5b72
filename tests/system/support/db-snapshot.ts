import { CosmosClient } from "@azure/cosmos";
import { AGENT_DOCUMENT } from "../../../infra/cosmos/agent-document.ts";
import { CONVERSATION_DOCUMENT } from "../../../infra/cosmos/conversation-document.ts";
import { CONTAINERS, type ContainerName } from "../../../infra/cosmos/cosmos-database.ts";
import { isDraftId } from "../../../infra/cosmos/draft-document.ts";
import { MESSAGE_DOCUMENT } from "../../../infra/cosmos/message-document.ts";
import { settingsOfKind } from "../../../infra/cosmos/settings/setting-documents.ts";
import { THREAD_DOCUMENT } from "../../../infra/cosmos/thread-document.ts";
import type { LocalEnvironment } from "../../../local/environment.ts";
import type { Agent } from "../../../shared/agent/agent.ts";
import type { Conversation } from "../../../shared/conversation/conversation.ts";
import type { Message } from "../../../shared/conversation/message.ts";
import type { Thread } from "../../../shared/conversation/thread.ts";
import type { Queue } from "../../../shared/settings/settings.ts";

/** Everything that a twin's database holds about customers and agents at one moment. */
export interface DbSnapshot {
  readonly conversations: readonly Conversation[];
  readonly threads: readonly Thread[];
  readonly messages: readonly Message[];
  readonly agents: readonly Agent[];
  readonly queues: readonly Queue[];
  /** Ids of the events in quarantine. */
  readonly quarantined: readonly string[];
}

/** @throws UnreadableDocumentError when a document cannot be read. */
export const readDbSnapshot = async (twin: LocalEnvironment): Promise<DbSnapshot> => {
  const client = new CosmosClient({ connectionString: twin.cosmos.connectionString });
  const names = Object.keys(CONTAINERS) as ContainerName[];
  const all = Object.fromEntries(
    await Promise.all(
      names.map(async (name) => {
        const { resources } = await client.database("hilo").container(name).items.readAll().fetchAll();
        return [name, resources];
      }),
    ),
  ) as Record<ContainerName, readonly { readonly id: string; readonly kind?: string }[]>;
  client.dispose();
  const ofKind = (container: ContainerName, kind: string) =>
    all[container].filter((document) => document.kind === kind);
  return {
    conversations: ofKind("conversations", "conversation").map(CONVERSATION_DOCUMENT.fromDocument),
    threads: ofKind("conversations", "thread").map(THREAD_DOCUMENT.fromDocument),
    messages: all.messages.filter(({ id }) => !isDraftId(id)).map(MESSAGE_DOCUMENT.fromDocument),
    agents: all.agents.map(AGENT_DOCUMENT.fromDocument),
    queues: settingsOfKind("queues", all.settings),
    quarantined: all.quarantine.map(({ id }) => id),
  };
};
