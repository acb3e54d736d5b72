import { expect, it } from "vitest";
import { startTestSystem } from "../support/test-system.ts";

const lagging = { kind: "lagging" } as const;

it("gives a text to an agent although the first look at the queue does not show it yet", async () => {
  const { twin, text, colleague } = await startTestSystem();
  twin.cosmos.faults.inject({ container: "conversations", operation: "query", times: 1, fault: lagging });
  await text("+14255550123", "My tent leaks.");
  expect(await colleague("ana").workItems("offered")).toHaveLength(1);
});

it("gives a waiting conversation to an agent who became available, although a replica shows the presence of before", async () => {
  const { twin, text, colleague } = await startTestSystem();
  const [ana, ben] = [colleague("ana"), colleague("ben")];
  await Promise.all([ana.setPresence("away"), ben.setPresence("away")]);
  await text("+14255550123", "My tent leaks.");
  twin.cosmos.faults.inject({ container: "agents", operation: "query", times: 1, fault: lagging });
  await ana.setPresence("available");
  await twin.settled();
  expect(await ana.workItems("offered")).toHaveLength(1);
});
