import type { AgentId } from "../../shared/kernel/ids.ts";
import { instantSchema } from "../../shared/kernel/instant.ts";
import type { LiveChange, LiveConnection, LiveSubscriber, LiveUpdates } from "../../shared/kernel/live-updates.ts";

/** Keeps the changes that it is notified of. */
export class RecordedLiveUpdates implements LiveUpdates {
  readonly changes: LiveChange[] = [];
  readonly disconnected: AgentId[] = [];
  /** Whether the app has live updates. */
  isAvailable = true;

  notify(change: LiveChange): void {
    this.changes.push(change);
  }

  disconnect(agentId: AgentId): void {
    this.disconnected.push(agentId);
  }

  /** The address names the subscriber. */
  async connectionFor({ agentId, queueIds, isSupervisor }: LiveSubscriber): Promise<LiveConnection | undefined> {
    if (!this.isAvailable) return undefined;
    const groups = [...queueIds, ...(isSupervisor ? ["supervisors"] : [])];
    return {
      url: `wss://live.example/${agentId}?groups=${groups.join()}`,
      expiresAt: instantSchema.parse("2026-01-01T01:00:00.000Z"),
    };
  }
}
