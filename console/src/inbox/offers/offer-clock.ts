/** The whole seconds until an offer ends, rounded up; 0 when it has ended. @param now - on the clock of the server. */
export const secondsLeft = (expiresAt: string | undefined, now: number): number =>
  expiresAt === undefined ? 0 : Math.max(0, Math.ceil((Date.parse(expiresAt) - now) / 1_000));

/** Writes seconds as minutes and seconds, such as 1:05. */
export const countdown = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
