import { describe, expect, it } from "vitest";
import { makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleThreadId } from "../../tests/fakes/sample-conversation.ts";
import { sampleText } from "../../tests/fakes/sample-text.ts";
import { TransientError } from "../kernel/errors.ts";
import { changeThread } from "./change-thread.ts";
import { type Thread, threadSchema } from "./thread.ts";

const { from: customer, to: channelNumber } = sampleText();
const fresh = threadSchema.parse({ id: sampleThreadId(), channelId: "main", channelNumber, customer, lastNumber: 0 });
const countUp = (thread: Thread): Thread => ({ ...thread, lastNumber: thread.lastNumber + 1 });

describe("changeThread", () => {
  it("creates a thread that does not exist", async () => {
    const { threads } = makeFakes();
    expect(await changeThread(threads, { read: undefined, fresh }, countUp)).toEqual(await threads.find(fresh.id));
    expect((await threads.find(fresh.id))?.value.lastNumber).toBe(1);
  });

  it("creates a thread although nothing changes", async () => {
    const { threads } = makeFakes();
    await changeThread(threads, { read: undefined, fresh }, (thread) => thread);
    expect((await threads.find(fresh.id))?.value).toEqual(fresh);
  });

  it("loses none of several concurrent changes", async () => {
    const { threads } = makeFakes();
    await Promise.all(Array.from({ length: 10 }, () => changeThread(threads, { read: undefined, fresh }, countUp)));
    expect((await threads.find(fresh.id))?.value.lastNumber).toBe(10);
  });

  it("writes nothing when nothing changes", async () => {
    const { threads } = makeFakes();
    await threads.create(fresh);
    const stored = await threads.find(fresh.id);
    await changeThread(threads, { read: stored, fresh }, (thread) => thread);
    expect((await threads.find(fresh.id))?.etag).toBe(stored?.etag);
  });

  it("throws a TransientError when the thread changes at every attempt", async () => {
    const { threads, hooks } = makeFakes();
    await threads.create(fresh);
    const interfere = async (operation: string) => {
      if (operation !== "threads.replace") return;
      hooks.before = undefined;
      const stored = await threads.find(fresh.id);
      if (stored) await threads.replace(stored, countUp(stored.value));
      hooks.before = interfere;
    };
    hooks.before = interfere;
    const read = await threads.find(fresh.id);
    await expect(changeThread(threads, { read, fresh }, countUp)).rejects.toThrow(TransientError);
  });
});
