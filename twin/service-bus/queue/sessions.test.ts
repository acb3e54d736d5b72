import { describe, expect, it } from "vitest";
import { TwinClock } from "../../clock.ts";
import { type SessionHolder, Sessions, type SessionWaiter } from "./sessions.ts";

const LOCK_MS = 60_000;
const holder: SessionHolder = { lost: () => {} };

describe("sessions whose locks run out at the same moment", () => {
  it("go to those who wait, each to one of them", () => {
    const clock = new TwinClock();
    const sessions = new Sessions({
      clock,
      lockDurationMs: LOCK_MS,
      sessionIds: () => ["a", "b"],
      onUnlocked: () => sessions.assignFreeSessions(), // as a queue does when the messages of a session are there again
    });
    for (const id of ["a", "b"]) sessions.accept(id, holder);
    const granted: string[] = [];
    const seeker = (): SessionWaiter => ({
      ...holder,
      timedOut: () => {},
      granted: ({ sessionId }) => granted.push(sessionId),
    });
    for (let n = 0; n < 3; n++) sessions.acceptNext(seeker(), 2 * LOCK_MS);
    clock.advance(LOCK_MS + 1);
    expect(granted.toSorted()).toEqual(["a", "b"]);
  });
});
