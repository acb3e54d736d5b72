import type { LiveUpdates } from "../../shared/kernel/live-updates.ts";

/** The live updates of an app without Web PubSub: consoles poll. */
export const NO_LIVE_UPDATES: LiveUpdates = {
  notify: () => {},
  disconnect: () => {},
  connectionFor: async () => undefined,
};
