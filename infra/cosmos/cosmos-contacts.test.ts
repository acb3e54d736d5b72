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

  it("leaves the newer one to be found when it dies half way, and can be done again", async () => {
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

  it.each(["delete", "patch"] as const)("is finished afterwards when it dies at its %s", async (operation) => {
    const stored = await makeContact();
    const next = changed(stored.value);
    cosmos.twin.faults.inject({ operation, times: 1, fault: { kind: "unavailable" } });
    await expect(contacts.replace(stored, next)).rejects.toThrow(TransientError);

    expect(await contacts.finishMoves()).toBe(1);
    expect(await contacts.withMobilePhone(stored.value.mobilePhone)).toEqual([]);
    expect(await contacts.withMobilePhone(next.mobilePhone)).toEqual([next]);
    expect(await contacts.finishMoves()).toBe(0);
  });

  it("is finished although the contact is changed before, or moved once more", async () => {
    const stored = await makeContact();
    const next = changed(stored.value);
    cosmos.twin.faults.inject({ operation: "delete", times: 1, fault: { kind: "unavailable" } });
    await expect(contacts.replace(stored, next)).rejects.toThrow(TransientError);
    const found = await contacts.find(next.id);
    const later = sampleContact(next.id, { ...next, firstName: "Eva", updatedAt: "2026-01-03T00:00:00.000Z" });
    if (!found) throw new Error("not found");
    expect(await contacts.replace(found, later)).toEqual({ value: expect.anything(), etag: expect.any(String) });

    const again = await contacts.find(next.id);
    const last = { ...changed(later), updatedAt: later.updatedAt };
    expect(again && (await contacts.replace(again, last))).toEqual({
      value: expect.anything(),
      etag: expect.any(String),
    });
    const numbers = [stored.value, next, last].map(({ mobilePhone }) => mobilePhone);
    const everywhere = await Promise.all(numbers.map((number) => contacts.withMobilePhone(number)));
    expect(everywhere).toEqual([[], [], [last]]);
    expect(await contacts.finishMoves()).toBe(0);
  });

  it("gives way to a change that was made under the old number meanwhile", async () => {
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

  it("changes nothing when it dies before the new number is written", async () => {
    const stored = await makeContact();
    cosmos.twin.faults.inject({ operation: "upsert", times: 1, fault: { kind: "unavailable" } });
    await expect(contacts.replace(stored, changed(stored.value))).rejects.toThrow(TransientError);
    expect((await contacts.find(stored.value.id))?.value).toEqual(stored.value);
    expect(await contacts.withMobilePhone(stored.value.mobilePhone)).toEqual([stored.value]);
  });

  it("is done by one of two who want to change it at the same time", async () => {
    const stored = await makeContact();
    const wanted = [changed(stored.value), changed(stored.value)];
    const answers = await Promise.all(wanted.map((next) => contacts.replace(stored, next)));
    expect(answers.filter((answer) => answer === "stale")).toHaveLength(1);
    const winner = wanted[answers.findIndex((answer) => answer !== "stale")];
    expect((await contacts.find(stored.value.id))?.value).toEqual(winner);
    const pages = await Promise.all(wanted.map(({ mobilePhone }) => contacts.withMobilePhone(mobilePhone)));
    expect(pages.flat()).toEqual([winner]);
  });
});
