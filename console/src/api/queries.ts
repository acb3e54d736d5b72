import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { type ApiClient, bodyOf } from "./client.ts";
import type { Channel, Conversation, Message, Queue, QuickReply } from "./types.ts";

/** The most items of a page. Source: the API's limit. */
const PAGE = 100;
const MESSAGES_PAGE = 50;
/** What administrators set changes rarely, and is not polled. */
const SETTLED = { staleTime: 60_000, refetchInterval: false } as const;

export const meQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ["me"],
    queryFn: ({ signal }) => bodyOf(api.GET("/me", { signal })),
  });

/** The lists of conversations that an agent sees. */
export type View =
  | { readonly kind: "mine" }
  | { readonly kind: "closed" }
  | { readonly kind: "queue"; readonly queueId: string };

export const workItemsQuery = (api: ApiClient) =>
  queryOptions({
    // An offer must be noticed while another tab is in front.
    refetchIntervalInBackground: true,
    queryKey: ["work-items", "mine"],
    queryFn: ({ signal }) => bodyOf(api.GET("/me/work-items", { params: { query: { limit: PAGE } }, signal })),
  });

export const viewQuery = (api: ApiClient, view: Exclude<View, { kind: "mine" }>) =>
  queryOptions({
    queryKey: ["work-items", view],
    queryFn: ({ signal }): Promise<{ items: Conversation[]; continuation?: string }> =>
      view.kind === "closed"
        ? bodyOf(api.GET("/me/work-items", { params: { query: { state: "closed", limit: PAGE } }, signal }))
        : bodyOf(
            api.GET("/queues/{id}/work-items", {
              params: { path: { id: view.queueId }, query: { limit: PAGE } },
              signal,
            }),
          ),
  });

export const conversationQuery = (api: ApiClient, id: string) =>
  queryOptions({
    queryKey: ["conversation", id],
    queryFn: ({ signal }) => bodyOf(api.GET("/conversations/{id}", { params: { path: { id } }, signal })),
  });

/** The messages of a thread that are loaded, newest first. */
export interface LoadedMessages {
  readonly items: readonly Message[];
  /** Where the earlier ones begin; absent when all are loaded. */
  readonly continuation?: string;
}

const messagesKey = (conversationId: string) => ["messages", conversationId] as const;

const fetchMessages = (api: ApiClient, id: string, options: { continuation?: string; signal?: AbortSignal }) => {
  const { continuation, signal } = options;
  const query = { thread: "true" as const, limit: MESSAGES_PAGE, ...(continuation !== undefined && { continuation }) };
  return bodyOf(
    api.GET("/conversations/{id}/messages", { params: { path: { id }, query }, ...(signal && { signal }) }),
  ) as Promise<LoadedMessages>;
};

export const messagesQuery = (api: ApiClient, queries: QueryClient, conversationId: string) =>
  queryOptions({
    queryKey: messagesKey(conversationId),
    queryFn: async ({ signal }): Promise<LoadedMessages> => {
      const newest = await fetchMessages(api, conversationId, { signal });
      return withEarlier(newest, queries.getQueryData<LoadedMessages>(messagesKey(conversationId)));
    },
  });

/** The id of the newest message of a thread that is loaded. */
export const newestSeen = (queries: QueryClient, conversationId: string): string | undefined =>
  queries.getQueryData<LoadedMessages>(messagesKey(conversationId))?.items[0]?.id;

/** Adds the earlier messages that were loaded before. When the new page does not reach them, it stands alone. */
export const withEarlier = (newest: LoadedMessages, loaded: LoadedMessages | undefined): LoadedMessages => {
  const ids = new Set(newest.items.map(({ id }) => id));
  if (!loaded?.items.some(({ id }) => ids.has(id))) return newest;
  const oldest = newest.items.at(-1);
  const earlier = loaded.items.filter(({ id, createdAt }) => !ids.has(id) && oldest && createdAt <= oldest.createdAt);
  if (earlier.length === 0) return newest;
  const { continuation } = loaded;
  return { items: [...newest.items, ...earlier], ...(continuation !== undefined && { continuation }) };
};

/** Loads the page before the messages that are loaded. */
export const loadEarlier = async (api: ApiClient, queries: QueryClient, conversationId: string): Promise<void> => {
  const key = messagesKey(conversationId);
  const continuation = queries.getQueryData<LoadedMessages>(key)?.continuation;
  if (continuation === undefined) return;
  const page = await fetchMessages(api, conversationId, { continuation });
  queries.setQueryData<LoadedMessages>(key, (loaded) => loaded && append(loaded, page));
};

const append = (loaded: LoadedMessages, { items, continuation }: LoadedMessages): LoadedMessages => {
  const ids = new Set(loaded.items.map(({ id }) => id));
  const added = items.filter(({ id }) => !ids.has(id));
  return { items: [...loaded.items, ...added], ...(continuation !== undefined && { continuation }) };
};

export const queueFiguresQuery = (api: ApiClient, queueId: string) =>
  queryOptions({
    queryKey: ["queue-figures", queueId],
    queryFn: ({ signal }) => bodyOf(api.GET("/queues/{id}/figures", { params: { path: { id: queueId } }, signal })),
  });

/** The conversations that no agent can take, with the reasons. For supervisors. */
export const stuckQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ["conversations", "stuck"],
    queryFn: async ({ signal }) => {
      const query = { stuck: "true", limit: PAGE } as const;
      return (await bodyOf(api.GET("/conversations", { params: { query }, signal }))).items;
    },
  });

/** All conversations that are not closed. For supervisors. */
export const openConversationsQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ["conversations", "open"],
    queryFn: ({ signal }) => bodyOf(api.GET("/conversations", { params: { query: { limit: PAGE } }, signal })),
  });

export const contactQuery = (api: ApiClient, id: string) =>
  queryOptions({
    queryKey: ["contact", id],
    ...SETTLED,
    queryFn: ({ signal }) => bodyOf(api.GET("/contacts/{id}", { params: { path: { id } }, signal })),
  });

export const agentsQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ["agents"],
    queryFn: async ({ signal }) =>
      (await bodyOf(api.GET("/agents", { params: { query: { limit: PAGE } }, signal }))).items,
  });

const settingsQuery = <T>(api: ApiClient, kind: "channels" | "queues" | "quick-replies") =>
  queryOptions({
    queryKey: ["settings", kind],
    ...SETTLED,
    queryFn: async ({ signal }) =>
      (await bodyOf(api.GET("/settings/{kind}", { params: { path: { kind } }, signal })))
        .items as unknown as readonly T[],
  });

export const channelsQuery = (api: ApiClient) => settingsQuery<Channel>(api, "channels");
export const queuesQuery = (api: ApiClient) => settingsQuery<Queue>(api, "queues");
export const quickRepliesQuery = (api: ApiClient) => settingsQuery<QuickReply>(api, "quick-replies");
