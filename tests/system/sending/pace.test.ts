import { expect, it } from "vitest";
import { advanceUntilSettled } from "../support/advance-until-settled.ts";
import { fetchReply, openAndAccept, textsOnHandset } from "../support/conversation-steps.ts";
import { ROBIN, startTeam } from "../support/team.ts";

const PER_MINUTE = 10;

it("sends all texts of a busy channel in order and within its pace, although its provider throttles", async () => {
  const team = await startTeam({
    agents: [{ id: "ana" }],
    channels: [{ id: "main", segmentsPerMinute: PER_MINUTE }],
  });
  const id = await openAndAccept(team);
  team.twin.phoneNetwork.addFault({ on: "send", effect: "status", status: 429, times: 3 });
  const texts = Array.from({ length: 25 }, (_, n) => `Step ${n + 1}.`);
  const answers = [];
  for (const text of texts) answers.push(await team.ana.reply(id, text));
  await advanceUntilSettled(team.twin);

  expect(textsOnHandset(team)).toEqual(texts);
  const states = await Promise.all(answers.map(async (answer) => (await fetchReply(team.ana, id, answer)).state));
  expect(new Set(states)).toEqual(new Set(["delivered"]));
  const times = team.twin.phoneNetwork.handset(ROBIN).map(({ receivedAt }) => Date.parse(receivedAt));
  for (const start of times) {
    const inMinute = times.filter((time) => time >= start && time < start + 60_000).length;
    // The pace, a burst of a tenth, and the same before the first reservation.
    expect(inMinute).toBeLessThanOrEqual(PER_MINUTE + 3);
  }
});
