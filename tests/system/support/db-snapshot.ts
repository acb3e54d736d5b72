import { CosmosClient } from "@azure/cosmos";
import * as z from "zod";
import { CONTAINERS, type ContainerName } from "../../../infra/cosmos/cosmos-database.ts";
import type { Twin } from "../../../local/twin.ts";
import { type Agent, agentSchema } from "../../../shared/agent/agent.ts";
import { type Conversation, conversationSchema } from "../../../shared/conversation/conversation.ts";
import { type Message, messageSchema } from "../../../shared/conversation/message.ts";
import { type Thread, threadSchema } from "../../../shared/conversation/thread.ts";
import { SETTING_SCHEMAS } from "../../../shared/settings/settings.ts";

/** Everything that a twin's database holds about customers and agents at one moment. */
export interface DbSnapshot {
  readonly conversations: readonly Conversation[];
  readonly threads: readonly Thread[];
  readonly messages: readonly Message[];
  readonly agents: readonly Agent[];
  readonly queues: readonly z.infer<typeof SETTING_SCHEMAS.queues>[];
  /** Ids of the events in quarantine. */
  readonly quarantined: readonly string[];
}

/** @throws ZodError when a document cannot be read. */
export const readDbSnapshot = async (twin: Twin): Promise<DbSnapshot> => {
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
  const ofKind = (container: ContainerName, kind: string) => all[container].filter((each) => each.kind === kind);
  return {
    conversations: z.array(conversationSchema).parse(ofKind("conversations", "conversation")),
    threads: z.array(threadSchema).parse(ofKind("conversations", "thread")),
    messages: z.array(messageSchema).parse(all.messages),
    agents: z.array(agentSchema).parse(all.agents),
    queues: z.array(SETTING_SCHEMAS.queues).parse(ofKind("settings", "queues")),
    quarantined: all.quarantine.map(({ id }) => id),
  };
};
