/** The whole seconds until an offer ends, rounded up; 0 when it has ended. @param now - on the clock of the server. */
export const secondsLeft = (expiresAt: string | undefined, now: number): number =>
  expiresAt === undefined ? 0 : Math.max(0, Math.ceil((Date.parse(expiresAt) - now) / 1_000));
