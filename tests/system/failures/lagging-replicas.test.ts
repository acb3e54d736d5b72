import { expect, it } from "vitest";
import { startTestSystem } from "../support/test-system.ts";

const lagging = { kind: "lagging" } as const;

it("offers a conversation that the first query of its queue does not show yet", async () => {
  const { twin, text, colleague } = await startTestSystem();
  twin.cosmos.faults.inject({ container: "conversations", operation: "query", times: 1, fault: lagging });
  await text("+14255550123", "My tent leaks.");
  expect(await colleague("ana").workItems("offered")).toHaveLength(1);
});

it("offers a waiting conversation to an agent whose new presence a replica does not show yet", async () => {
  const { twin, text, colleague } = await startTestSystem();
  const [ana, ben] = [colleague("ana"), colleague("ben")];
  await Promise.all([ana.setPresence("away"), ben.setPresence("away")]);
  await text("+14255550123", "My tent leaks.");
  twin.cosmos.faults.inject({ container: "agents", operation: "query", times: 1, fault: lagging });
  await ana.setPresence("available");
  await twin.settled();
  expect(await ana.workItems("offered")).toHaveLength(1);
});
