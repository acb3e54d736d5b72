import type { QueryClient } from "@tanstack/react-query";
import { createTranslator } from "use-intl/core";
import { type ApiClient, bodyOf, makeApiClient } from "../api/client.ts";
import { ApiProblem, Unreachable } from "../api/problem.ts";
import { DraftSync } from "../drafts/draft-sync.ts";
import { Drafts } from "../drafts/drafts.ts";
import { Commands } from "../keys/commands.ts";
import { changedQueries } from "../live/changed-queries.ts";
import { Live, openSocket } from "../live/live.ts";
import { watchSleep } from "../live/sleep-watch.ts";
import { Outbox, type OutboxEntry, type Outcome } from "../outbox/outbox.ts";
import type { Session } from "../session/session.ts";
import { MESSAGES } from "../text/index.ts";
import { Announcer, type Urgency } from "../ui/announcer.ts";
import { ServerClock } from "../ui/server-clock.ts";
import type { Preferences } from "./preferences.ts";
import type { Services } from "./services.ts";

/** How often the page looks for changes, in milliseconds. A request with the ETag of what is known gets a short 304. */
const POLL_MS = 5_000;
/** The same while the app notifies the page. It also renews the agent's presence, which is believed for 150 seconds. */
const CONNECTED_POLL_MS = 60_000;

/** How long a sign-out waits until drafts are saved, in milliseconds. */
const SIGN_OUT_PATIENCE_MS = 3_000;

export interface ServiceOptions {
  readonly session: Session;
  readonly queries: QueryClient;
  readonly personId: string;
  readonly preferences: Preferences;
  /** Shows a text to screen readers. */
  readonly say: (text: string, urgency: Urgency) => void;
}

/** Builds the objects that live as long as the page. */
export const makeServices = ({ session, queries, personId, preferences, say }: ServiceOptions): Services => {
  const clock = new ServerClock();
  const api = makeApiClient({ tokens: session, onServerTime: clock.observe });
  const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  const outbox = new Outbox({
    store: localStorage,
    personId,
    now: clock.now,
    newKey: () => crypto.randomUUID(),
    wait,
    send: (entry) => handOver(api, queries, entry),
  });
  const live = new Live({
    negotiate: async () => (await bodyOf(api.POST("/me/live"))).connection,
    connect: openSocket,
    wait,
    onChange: (change) => {
      for (const queryKey of changedQueries(change)) void queries.invalidateQueries({ queryKey });
    },
    onSwitch: () => void queries.invalidateQueries(),
  });
  queries.setDefaultOptions({
    // What could not be read is tried soon again, because no notification will say so.
    queries: { refetchInterval: ({ state }) => (live.isOpen && !state.error ? CONNECTED_POLL_MS : POLL_MS) },
  });
  // After a sleep or a loss of the connection, everything that is shown is read again.
  const catchUp = () => {
    live.restart();
    outbox.wake();
    void queries.invalidateQueries();
  };
  addEventListener("online", catchUp);
  watchSleep({ now: Date.now, repeat: setInterval, onWake: catchUp });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") outbox.wake();
  });
  addEventListener("storage", ({ key }) => {
    if (key === outbox.storageKey) outbox.reload();
  });
  const summarise = (count: number): string => {
    const locale = preferences.values.language;
    return createTranslator({ locale, messages: MESSAGES[locale] })("announcements.more", { count });
  };
  const draftSync = new DraftSync({
    store: localStorage,
    personId,
    wait,
    save: async (id, kind, text) => {
      await bodyOf(
        api.PUT("/conversations/{id}/drafts/{kind}", {
          params: { path: { id, kind } },
          body: { text },
          keepalive: true,
        }),
      );
    },
  });
  const drafts = new Drafts(localStorage, personId, (conversationId, kind, text) =>
    draftSync.changed(conversationId, kind, text),
  );
  draftSync.resume((conversationId, kind) => drafts.get(conversationId, kind));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") void draftSync.flush();
  });
  return {
    api,
    announcer: new Announcer({ say, schedule: setTimeout, summarise }),
    clock,
    commands: new Commands(),
    drafts,
    draftSync,
    live,
    outbox,
    preferences,
    queries,
    session,
    signOut: async () => {
      await Promise.race([draftSync.flush(), wait(SIGN_OUT_PATIENCE_MS)]);
      drafts.forget((conversationId, kind) => draftSync.isUnsaved(conversationId, kind));
      await session.signOut();
    },
  };
};

/** Hands what a person has written over to the API. */
const handOver = async (api: ApiClient, queries: QueryClient, entry: OutboxEntry): Promise<Outcome> => {
  try {
    await post(api, entry);
  } catch (error) {
    if (error instanceof Unreachable || (error instanceof ApiProblem && error.isTransient)) {
      return { kind: "unavailable" };
    }
    if (error instanceof ApiProblem) return { kind: "refused", refusal: refusalOf(error) };
    throw error;
  }
  // The message is shown from the API before it leaves the outbox, so that it never disappears between the two.
  await queries.refetchQueries({ queryKey: ["messages", entry.conversationId] });
  void queries.invalidateQueries({ queryKey: ["work-items"] });
  return { kind: "accepted" };
};

const refusalOf = ({ type, problem: { state } }: ApiProblem) => ({ type, ...(state !== undefined && { state }) });

const post = async (
  api: ApiClient,
  { key, kind, conversationId, text, lastSeenMessageId, holdSeconds }: OutboxEntry,
): Promise<void> => {
  const params = { path: { id: conversationId }, header: { "idempotency-key": key } };
  const body = { text, ...(lastSeenMessageId !== undefined && { lastSeenMessageId }) };
  if (kind === "note") await bodyOf(api.POST("/conversations/{id}/notes", { params, body }));
  else await bodyOf(api.POST("/conversations/{id}/replies", { params, body: { ...body, holdSeconds } }));
};
