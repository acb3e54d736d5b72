import { expect, it } from "vitest";
import { closeConversation, messagesOf, openAndAccept } from "../support/conversation-steps.ts";
import { startTeam } from "../support/team.ts";

const DAY_MS = 86_400_000;

it("keeps a draft over the end of its conversation, for its author, until 30 days after it was saved", async () => {
  const team = await startTeam();
  const id = await openAndAccept(team);
  const draftsOf = async (agent = team.ana) => (await agent.call(`conversations/${id}/drafts`)).body.items;
  const save = (text: string) => team.ana.call(`conversations/${id}/drafts/reply`, { method: "PUT", body: { text } });
  await save("Dear Rob");
  const saved = await save("Dear Robin");
  expect([saved.status, saved.body.text]).toEqual([200, "Dear Robin"]);
  expect((await team.ana.call(`conversations/${id}/replies/draft:${id}:ana:reply`)).status).toBe(404);

  await closeConversation(team.ana, id);
  expect(await draftsOf()).toEqual([saved.body]);
  expect(await draftsOf(team.sofia)).toEqual([]);
  expect(await messagesOf(team.sofia, id, "thread")).toHaveLength(1);

  for (const { days, kept } of [
    { days: 29, kept: 1 },
    { days: 2, kept: 0 },
  ]) {
    team.twin.clock.advance(days * DAY_MS);
    await team.ana.signIn();
    expect(await draftsOf()).toHaveLength(kept);
  }
});
