import { expect, it } from "vitest";
import { agentIdSchema, conversationIdOf } from "../../shared/kernel/ids.ts";
import { sampleThreadId } from "../../tests/fakes/sample-conversation.ts";
import { LruKnownOwners } from "./lru-known-owners.ts";

const idOf = (number: number) => conversationIdOf(sampleThreadId(), number);
const ana = agentIdSchema.parse("ana");

it("knows the owner until the conversation has none", () => {
  const owners = new LruKnownOwners();
  owners.record(idOf(1), ana);
  expect(owners.find(idOf(1))).toBe(ana);
  owners.record(idOf(1), undefined);
  expect(owners.find(idOf(1))).toBeUndefined();
});

it("forgets the conversation that has not changed for longest when there are more than 1,000", () => {
  const owners = new LruKnownOwners();
  for (let number = 1; number <= 1000; number += 1) owners.record(idOf(number), ana);
  owners.record(idOf(1), ana);
  owners.record(idOf(1001), ana);
  expect([1, 2, 3, 1001].map((number) => owners.find(idOf(number)))).toEqual([ana, undefined, ana, ana]);
});
