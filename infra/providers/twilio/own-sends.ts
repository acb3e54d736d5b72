/** More than a process can send in the time in which two texts could be mistaken for one another. */
const MOST = 5_000;

/** What this process has sent of late: it tells apart what a list of texts does not. */
export class OwnSends {
  readonly #messageIdBySid = new Map<string, string>();

  /** Keeps that Twilio's text is of this message. */
  noteSid(sid: string, messageId: string): void {
    keep(this.#messageIdBySid, sid, messageId);
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
