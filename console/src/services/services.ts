import type { QueryClient } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import type { ApiClient } from "../api/client.ts";
import type { DraftSync } from "../drafts/draft-sync.ts";
import type { Drafts } from "../drafts/drafts.ts";
import type { Commands } from "../keys/commands.ts";
import type { Live } from "../live/live.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { Session } from "../session/session.ts";
import type { Announcer } from "../ui/announcer.ts";
import type { ServerClock } from "../ui/server-clock.ts";
import type { Preferences } from "./preferences.ts";

/** The objects that live as long as the page. */
export interface Services {
  readonly api: ApiClient;
  readonly announcer: Announcer;
  readonly clock: ServerClock;
  readonly commands: Commands;
  readonly drafts: Drafts;
  readonly draftSync: DraftSync;
  readonly live: Live;
  readonly outbox: Outbox;
  readonly preferences: Preferences;
  readonly queries: QueryClient;
  readonly session: Session;
  /** Saves the drafts, removes them from this device, and ends the session. */
  readonly signOut: () => Promise<void>;
}

const ServicesContext = createContext<Services | undefined>(undefined);
export const ServicesProvider = ServicesContext.Provider;

export const useServices = (): Services => {
  const services = useContext(ServicesContext);
  if (!services) throw new Error("useServices is used outside of ServicesProvider.");
  return services;
};
