import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Contact } from "../../shared/contact/contact.ts";
import { TransientError } from "../../shared/kernel/errors.ts";
import { type CosmosStores, onAzure, useCosmos } from "../../tests/contracts/cosmos-stores.ts";
import { newContactId, newPhoneNumber } from "../../tests/contracts/sample-ids.ts";
import { sampleContact } from "../../tests/fakes/sample-organisation.ts";

describe.skipIf(onAzure)("a change of a contact's number", () => {
  const cosmos = useCosmos();
  let contacts: CosmosStores["contacts"];
  beforeAll(() => {
    ({ contacts } = cosmos.stores());
  });
  afterEach(async () => {
    cosmos.twin.faults.clear();
    await contacts.finishMoves();
  });

  const makeContact = async () => {
    const contact = sampleContact(newContactId(), { mobilePhone: newPhoneNumber() });
    await contacts.create(contact);
    const stored = await contacts.find(contact.id);
    if (!stored) throw new Error("not found");
    return stored;
  };
  const changed = (contact: Contact): Contact =>
    sampleContact(contact.id, { ...contact, mobilePhone: newPhoneNumber(), updatedAt: "2026-01-02T00:00:00.000Z" });

  it("leaves the newer contact to be found and changed when it crashes half way", async () => {
    const stored = await makeContact();
    const next = changed(stored.value);
    cosmos.twin.faults.inject({ operation: "delete", times: 1, fault: { kind: "unavailable" } });
    await expect(contacts.replace(stored, next)).rejects.toThrow(TransientError);

    const found = await contacts.find(next.id);
    expect(found?.value).toEqual(next);
    expect(await contacts.withMobilePhone(next.mobilePhone)).toEqual([next]);
    const later = sampleContact(next.id, { ...next, firstName: "Eva", updatedAt: "2026-01-03T00:00:00.000Z" });
    expect(found && (await contacts.replace(found, later))).toEqual({
      value: expect.anything(),
      etag: expect.any(String),
    });
    expect((await contacts.find(next.id))?.value).toEqual(later);
  });

  it.each(["delete", "patch"] as const)("is completed later when it crashes at its %s", async (operation) => {
    const stored = await makeContact();
    const next = changed(stored.value);
    cosmos.twin.faults.inject({ operation, times: 1, fault: { kind: "unavailable" } });
    await expect(contacts.replace(stored, next)).rejects.toThrow(TransientError);

    expect(await contacts.finishMoves()).toBe(1);
    expect(await contacts.withMobilePhone(stored.value.mobilePhone)).toEqual([]);
    expect(await contacts.withMobilePhone(next.mobilePhone)).toEqual([next]);
    expect(await contacts.finishMoves()).toBe(0);
  });

  it("is completed although the contact is changed first, or moved again", async () => {
    const stored = await makeContact();
    const next = changed(stored.value);
    cosmos.twin.faults.inject({ operation: "delete", times: 1, fault: { kind: "unavailable" } });
    await expect(contacts.replace(stored, next)).rejects.toThrow(TransientError);
    const found = await contacts.find(next.id);
    const later = sampleContact(next.id, { ...next, firstName: "Eva", updatedAt: "2026-01-03T00:00:00.000Z" });
    if (!found) throw new Error("not found");
    expect(await contacts.replace(found, later)).toEqual({ value: expect.anything(), etag: expect.any(String) });

    const changedOnce = await contacts.find(next.id);
    const last = { ...changed(later), updatedAt: later.updatedAt };
    expect(changedOnce && (await contacts.replace(changedOnce, last))).toEqual({
      value: expect.anything(),
      etag: expect.any(String),
    });
    const numbers = [stored.value, next, last].map(({ mobilePhone }) => mobilePhone);
    const foundAtNumbers = await Promise.all(numbers.map((number) => contacts.withMobilePhone(number)));
    expect(foundAtNumbers).toEqual([[], [], [last]]);
    expect(await contacts.finishMoves()).toBe(0);
  });

  it("is undone when the contact has changed under the old number", async () => {
    const stored = await makeContact();
    const next = changed(stored.value);
    cosmos.twin.faults.inject({ operation: "delete", times: 1, fault: { kind: "unavailable" } });
    await expect(contacts.replace(stored, next)).rejects.toThrow(TransientError);
    const [old] = await contacts.withMobilePhone(stored.value.mobilePhone);
    const newer = sampleContact(next.id, { ...old, lastName: "Byron", updatedAt: "2026-01-04T00:00:00.000Z" });
    const container = await cosmos.stores().containers("contacts");
    await container.items.upsert(newer);

    expect(await contacts.finishMoves()).toBe(1);
    expect(await contacts.withMobilePhone(next.mobilePhone)).toEqual([]);
    expect(await contacts.find(next.id)).toMatchObject({ value: newer });
  });

  it("changes nothing when it crashes before the new number is written", async () => {
    const stored = await makeContact();
    cosmos.twin.faults.inject({ operation: "upsert", times: 1, fault: { kind: "unavailable" } });
    await expect(contacts.replace(stored, changed(stored.value))).rejects.toThrow(TransientError);
    expect((await contacts.find(stored.value.id))?.value).toEqual(stored.value);
    expect(await contacts.withMobilePhone(stored.value.mobilePhone)).toEqual([stored.value]);
  });

  it("succeeds for one of two concurrent callers", async () => {
    const stored = await makeContact();
    const changes = [changed(stored.value), changed(stored.value)];
    const results = await Promise.all(changes.map((next) => contacts.replace(stored, next)));
    expect(results.filter((result) => result === "stale")).toHaveLength(1);
    const winner = changes[results.findIndex((result) => result !== "stale")];
    expect((await contacts.find(stored.value.id))?.value).toEqual(winner);
    const pages = await Promise.all(changes.map(({ mobilePhone }) => contacts.withMobilePhone(mobilePhone)));
    expect(pages.flat()).toEqual([winner]);
  });
});
