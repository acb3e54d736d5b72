import { describe, expect, it } from "vitest";
import type { Note, Reply } from "../../api/types.ts";
import type { OutboxEntry } from "../../outbox/outbox.ts";
import { notShown } from "./not-shown.ts";

const AT = Date.parse("2026-01-05T10:00:00.000Z");

const entry: OutboxEntry = {
  key: "key-1",
  kind: "reply",
  conversationId: "c.1",
  text: "Which model is it?",
  writtenAt: AT,
  holdSeconds: 0,
};

const reply = (changes: Partial<Reply> = {}): Reply => ({
  id: "out-1",
  direction: "outbound",
  state: "queued",
  text: entry.text,
  createdAt: new Date(AT + 300).toISOString(),
  stateChangedAt: new Date(AT + 300).toISOString(),
  segments: 1,
  agentId: "ana",
  ...changes,
});

const note: Note = {
  id: "note-1",
  conversationId: "c.1",
  direction: "internal",
  text: entry.text,
  createdAt: new Date(AT).toISOString(),
  agentId: "ana",
};

describe("an entry of the outbox", () => {
  it("is shown until the thread has its message", () => {
    expect(notShown([entry], [], "ana")).toEqual([entry]);
    expect(notShown([entry], [reply()], "ana")).toEqual([]);
    expect(notShown([{ ...entry, kind: "note" }], [note], "ana")).toEqual([]);
  });

  it.each([
    ["another text", reply({ text: "Which size is it?" })],
    ["a colleague", reply({ agentId: "ben" })],
    ["an hour ago", reply({ createdAt: new Date(AT - 3_600_000).toISOString() })],
  ])("is shown beside a message of %s", (_, message) => {
    expect(notShown([entry], [message], "ana")).toEqual([entry]);
  });

  it("is shown when it was refused", () => {
    const refused = { ...entry, refusal: { type: "conflict" } };
    expect(notShown([refused], [reply()], "ana")).toEqual([refused]);
  });
});
