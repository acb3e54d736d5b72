import type { SweepRun } from "../sweep-run.ts";

/** Completes changes of a contact's number that a crash interrupted. */
export const finishContactMoves = async ({ ports, swept }: SweepRun): Promise<void> => {
  swept.contactMovesFinished = await ports.contacts.finishMoves();
};
