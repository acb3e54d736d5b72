import type { Instant } from "../../shared/instant.ts";

/** More than a process can send in the time in which two texts could be mistaken for one another. */
const MOST = 5_000;

/** What this process has sent of late: it tells apart what a list of texts does not. */
export class OwnSends {
  readonly #messageIdBySid = new Map<string, string>();
  readonly #lostAt = new Map<string, Instant>();

  /** Keeps that nobody knows what became of an attempt. */
  noteLost(messageId: string, at: Instant): void {
    keep(this.#lostAt, messageId, at);
  }

  /** Keeps that Twilio's text is of this message. */
  noteSid(sid: string, messageId: string): void {
    keep(this.#messageIdBySid, sid, messageId);
  }

  /** The later one of an attempt on record and of the last one that was lost here. */
  lastAttempt(messageId: string, onRecord: Instant): Instant {
    const here = this.#lostAt.get(messageId) ?? onRecord;
    return here > onRecord ? here : onRecord;
  }

  isOfAnother(sid: string, messageId: string): boolean {
    return (this.#messageIdBySid.get(sid) ?? messageId) !== messageId;
  }
}

/** The oldest entry goes for the newest. */
const keep = <V>(map: Map<string, V>, key: string, value: V): void => {
  map.delete(key);
  map.set(key, value);
  if (map.size <= MOST) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
};
