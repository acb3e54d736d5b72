import { describe, expect, it } from "vitest";
import { TwinClock } from "../../clock.ts";
import { type SessionHolder, Sessions, type SessionWaiter } from "./sessions.ts";

const LOCK_MS = 60_000;
const holder: SessionHolder = { lost: () => {} };

describe("Sessions", () => {
  it("assigns sessions whose locks expire at the same time to different waiting receivers", () => {
    const clock = new TwinClock();
    const sessions = new Sessions({
      clock,
      lockDurationMs: LOCK_MS,
      activeSessionIds: () => ["a", "b"],
      onUnlocked: () => sessions.assignFreeSessions(), // as a queue does when it requeues the messages of a session
    });
    for (const id of ["a", "b"]) sessions.accept(id, holder);
    const granted: string[] = [];
    const waiter = (): SessionWaiter => ({
      ...holder,
      timedOut: () => {},
      granted: ({ sessionId }) => granted.push(sessionId),
    });
    for (let n = 0; n < 3; n++) sessions.acceptNext(waiter(), 2 * LOCK_MS);
    clock.advance(LOCK_MS + 1);
    expect(granted.toSorted()).toEqual(["a", "b"]);
  });
});
