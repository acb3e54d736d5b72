import { describe, expect, it, vi } from "vitest";
import { makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleText } from "../../tests/fakes/sample-text.ts";
import { receiveText } from "../intake/receive-text.ts";
import { agentIdSchema } from "../kernel/ids.ts";
import { addSeconds } from "../kernel/instant.ts";
import { isOptedOut } from "./consent.ts";
import { addOptOut, endOptOut } from "./set-consent.ts";

const agentId = agentIdSchema.parse("admin");
const administrator = { agentId, reason: "asked for it on the phone" };
const customer = sampleText().from;

describe("a consent change of an administrator", () => {
  it("opts out a customer who has never texted", async () => {
    const fakes = makeFakes();
    expect((await addOptOut(fakes, { channelId: "main", customer, ...administrator })).kind).toBe("set");
    await receiveText(fakes, sampleText());
    expect(fakes.conversations.all()).toMatchObject([{ optedOut: true }]);
  });

  it("reaches the open conversation, and is stored with administrator and reason", async () => {
    const fakes = makeFakes();
    await receiveText(fakes, sampleText());
    const added = await addOptOut(fakes, { channelId: "main", customer, ...administrator });
    expect(fakes.conversations.all()).toMatchObject([{ optedOut: true }]);
    if (added.kind !== "set") throw new Error(added.kind);
    fakes.clock.advance(1);
    const ended = await endOptOut(fakes, added.thread.value.id, { agentId, reason: "a mistake" });
    expect(fakes.conversations.all()).toMatchObject([{ optedOut: false }]);
    if (ended.kind !== "set") throw new Error(ended.kind);
    expect(ended.thread).toEqual(await fakes.threads.find(added.thread.value.id));
    expect(ended.thread.value.consentHistory).toMatchObject([
      { optedOut: true, source: { kind: "administrator", agentId, reason: administrator.reason } },
      { optedOut: false, source: { kind: "administrator", agentId, reason: "a mistake" } },
    ]);
  });

  it("is superseded by a later START of the customer", async () => {
    const fakes = makeFakes();
    await addOptOut(fakes, { channelId: "main", customer, ...administrator });
    const receivedAt = addSeconds(fakes.now(), 60);
    await receiveText(fakes, sampleText({ id: "start", text: "START", receivedAt }));
    expect((await fakes.threads.optedOut({ limit: 10 })).items).toEqual([]);
  });

  it("supersedes the current consent when a clock ahead of ours dated that", async () => {
    const fakes = makeFakes();
    await receiveText(fakes, sampleText({ text: "STOP", receivedAt: addSeconds(fakes.now(), 60) }));
    const [thread] = (await fakes.threads.optedOut({ limit: 1 })).items;
    if (!thread) throw new Error("no customer has opted out");
    expect((await endOptOut(fakes, thread.id, administrator)).kind).toBe("set");
    expect((await fakes.threads.optedOut({ limit: 1 })).items).toEqual([]);
  });

  it("ends an opt-out only in the version that was asked for", async () => {
    const fakes = makeFakes();
    const added = await addOptOut(fakes, { channelId: "main", customer, ...administrator });
    if (added.kind !== "set") throw new Error(added.kind);
    const { value, etag } = added.thread;
    await fakes.threads.replace(added.thread, { ...value, lastNumber: 0 });
    expect(await endOptOut(fakes, value.id, { ...administrator, expectedEtag: etag })).toEqual({ kind: "stale" });
    expect(isOptedOut((await fakes.threads.find(value.id))?.value ?? value)).toBe(true);
    const present = (await fakes.threads.find(value.id))?.etag;
    expect((await endOptOut(fakes, value.id, { ...administrator, expectedEtag: present })).kind).toBe("set");
  });

  it("does not write over a newer version that its read has not shown", async () => {
    const fakes = makeFakes();
    const added = await addOptOut(fakes, { channelId: "main", customer, ...administrator });
    if (added.kind !== "set") throw new Error(added.kind);
    const earlier = added.thread;
    const newer = await fakes.threads.replace(earlier, { ...earlier.value, lastNumber: 7 });
    if (newer === "stale") throw new Error(newer);
    vi.spyOn(fakes.threads, "find").mockResolvedValueOnce(earlier);
    const ended = await endOptOut(fakes, earlier.value.id, { ...administrator, expectedEtag: newer.etag });
    expect(ended).toEqual({ kind: "stale" });
    expect((await fakes.threads.find(earlier.value.id))?.value.lastNumber).toBe(7);
  });

  it("concerns one channel only", async () => {
    const fakes = makeFakes();
    await addOptOut(fakes, { channelId: "main", customer, ...administrator });
    expect((await fakes.threads.optedOut({ limit: 10 }, "main")).items).toHaveLength(1);
    expect((await fakes.threads.optedOut({ limit: 10 }, "other")).items).toEqual([]);
  });

  it.each(["12345", "Booking.com", "CONTOSO", "+9991234567", "+999123456789012"])(
    "opts out %s, who is no customer of a numbering plan, once a thread exists",
    async (from) => {
      const fakes = makeFakes();
      const request = { channelId: "main", customer: ` ${from} `, ...administrator };
      expect((await addOptOut(fakes, request)).kind).toBe("not-a-number");
      const received = await receiveText(fakes, sampleText({ from }));
      const added = await addOptOut(fakes, request);
      expect(added).toMatchObject({ kind: "set", thread: { value: { customer: from, consent: { optedOut: true } } } });
      expect(received).toMatchObject({ threadId: added.kind === "set" && added.thread.value.id });
      expect(fakes.conversations.all()).toMatchObject([{ optedOut: true }]);
    },
  );

  it("reads a number as people write it before it looks for a thread of that address", async () => {
    const fakes = makeFakes();
    await receiveText(fakes, sampleText({ from: "+4255550123" }));
    const added = await addOptOut(fakes, { channelId: "main", customer: "4255550123", ...administrator });
    expect(added).toMatchObject({ thread: { value: { customer: "+14255550123" } } });
  });

  it.each([
    ["other", customer, "unknown-channel"],
    ["main", "call me", "not-a-number"],
  ])("is refused for the channel %s and the customer %j as %s", async (channelId, text, kind) => {
    expect(await addOptOut(makeFakes(), { channelId, customer: text, ...administrator })).toEqual({ kind });
  });
});
