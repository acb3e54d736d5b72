import type { Colleague } from "../../../local/people.ts";
import { ROBIN, type Team } from "./team.ts";

/** A quarantined event as the API shows it, with the members that the tests look at. */
export interface QuarantinedEvent {
  readonly id: string;
  readonly reason: string;
  readonly detail?: string;
  readonly original: { readonly id: string };
  readonly replayedAt?: string;
}

/** Lists those of some events that are in quarantine, newest first. */
export const quarantinedEvents = async (
  admin: Colleague,
  ...eventIds: readonly string[]
): Promise<readonly QuarantinedEvent[]> => {
  const { body } = await admin.call("quarantine?limit=100");
  return body.items.filter(({ original }: QuarantinedEvent) => eventIds.includes(original.id));
};

/** Sends Robin's text to a number and waits. @returns the id of its event. */
export const sendText = async ({ twin }: Pick<Team, "twin">, to: string, text: string): Promise<string> => {
  const { eventId } = twin.phoneNetwork.text({ from: ROBIN, to, text });
  await twin.settled();
  return eventId;
};

export const replay = (admin: Colleague, { id }: Pick<QuarantinedEvent, "id">) =>
  admin.call(`quarantine/${encodeURIComponent(id)}/replay`, { method: "POST" });

/** Changes members of a setting. @throws Error when the API refuses the change. */
export const changeSetting = async (admin: Colleague, path: string, members: object): Promise<void> => {
  const { body: setting } = await admin.call(`settings/${path}`);
  const { status } = await admin.call(`settings/${path}`, { method: "PUT", body: { ...setting, ...members } });
  if (status !== 200) throw new Error(`The setting ${path} cannot be changed: ${status}`);
};
