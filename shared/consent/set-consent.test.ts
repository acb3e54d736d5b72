import { describe, expect, it } from "vitest";
import { makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleText } from "../../tests/fakes/sample-text.ts";
import { receiveText } from "../intake/receive-text.ts";
import { agentIdSchema } from "../kernel/ids.ts";
import { addSeconds } from "../kernel/instant.ts";
import { isOptedOut } from "./consent.ts";
import { addOptOut, endOptOut } from "./set-consent.ts";

const agentId = agentIdSchema.parse("admin");
const asked = { agentId, reason: "asked for it on the phone" };
const customer = sampleText().from;

describe("an administrator's word on texting a customer", () => {
  it("opts out a customer who has never texted, whose first text then finds that", async () => {
    const fakes = makeFakes();
    expect((await addOptOut(fakes, "main", customer, asked)).kind).toBe("set");
    await receiveText(fakes, sampleText());
    expect(fakes.conversations.all()).toMatchObject([{ optedOut: true }]);
  });

  it("reaches the open conversation, both ways, and is kept with who said so and why", async () => {
    const fakes = makeFakes();
    await receiveText(fakes, sampleText());
    const added = await addOptOut(fakes, "main", customer, asked);
    expect(fakes.conversations.all()).toMatchObject([{ optedOut: true }]);
    if (added.kind !== "set") throw new Error(added.kind);
    fakes.clock.advance(1);
    const ended = await endOptOut(fakes, added.thread.id, { agentId, reason: "a mistake" });
    expect(fakes.conversations.all()).toMatchObject([{ optedOut: false }]);
    expect(ended?.consentHistory).toMatchObject([
      { optedOut: true, source: { kind: "administrator", agentId, reason: asked.reason } },
      { optedOut: false, source: { kind: "administrator", agentId, reason: "a mistake" } },
    ]);
  });

  it("gives way to the customer's own word after it", async () => {
    const fakes = makeFakes();
    await addOptOut(fakes, "main", customer, asked);
    const receivedAt = addSeconds(fakes.now(), 60);
    await receiveText(fakes, sampleText({ id: "start", text: "START", receivedAt }));
    expect((await fakes.threads.optedOut({ limit: 10 })).items).toEqual([]);
  });

  it("answers the word that is known, though a clock ahead dated that", async () => {
    const fakes = makeFakes();
    await receiveText(fakes, sampleText({ text: "STOP", receivedAt: addSeconds(fakes.now(), 60) }));
    const [thread] = (await fakes.threads.optedOut({ limit: 1 })).items;
    if (!thread) throw new Error("nobody has opted out");
    expect(isOptedOut((await endOptOut(fakes, thread.id, asked)) ?? thread)).toBe(false);
  });

  it("is about one number of ours: another channel still may text", async () => {
    const fakes = makeFakes();
    await addOptOut(fakes, "main", customer, asked);
    expect((await fakes.threads.optedOut({ limit: 10 }, "main")).items).toHaveLength(1);
    expect((await fakes.threads.optedOut({ limit: 10 }, "other")).items).toEqual([]);
  });

  it.each([
    ["other", customer, "unknown-channel"],
    ["main", "call me", "not-a-number"],
  ])("is refused for the channel %s and the customer %s as %s", async (channelId, who, kind) => {
    expect(await addOptOut(makeFakes(), channelId, who, asked)).toEqual({ kind });
  });
});
