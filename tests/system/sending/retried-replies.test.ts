import { expect, it } from "vitest";
import { awaitReports, openAndAccept, replyAndAwaitReport, textsOnHandset } from "../support/conversation-steps.ts";
import { shareTwin } from "../support/team.ts";

const nextTeam = shareTwin();

it("sends a failed reply again, once, however often the agent asks", async () => {
  const team = nextTeam();
  const id = await openAndAccept(team);
  team.twin.phoneNetwork.addFault({ on: "report", match: team.number, effect: "fail", code: 4006 });
  const failed = await replyAndAwaitReport(team, id, "Which one is it?");
  expect(failed.state).toBe("failed");
  const retry = () => team.ana.call(`conversations/${id}/replies/${failed.id}/retry`, { body: {} });
  const answers = await Promise.all([retry(), retry(), retry()]);
  await awaitReports(team);
  answers.push(await retry());
  await awaitReports(team);
  expect(new Set(answers.map(({ status, body }) => `${status} ${body.message.retryOf}`))).toEqual(
    new Set([`202 ${failed.id}`]),
  );
  expect(textsOnHandset(team)).toEqual(["Which one is it?"]);
  expect((await team.ana.call(`conversations/${id}/replies/${answers[0]?.body.message.id}`)).body.state).toBe(
    "delivered",
  );
});
