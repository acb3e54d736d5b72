import { describe, expect, it } from "vitest";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleConversation, sampleThreadId } from "../../tests/fakes/sample-conversation.ts";
import { sampleChannel, sampleCompany, sampleContact, sampleRule } from "../../tests/fakes/sample-organisation.ts";
import { sampleText } from "../../tests/fakes/sample-text.ts";
import { TransientError } from "../kernel/errors.ts";
import { agentIdSchema, conversationIdOf } from "../kernel/ids.ts";
import { addSeconds } from "../kernel/instant.ts";
import { moveConversation } from "../routing/move-conversation.ts";
import { receiveText } from "./receive-text.ts";

const threadId = sampleThreadId();
const [first, second] = [conversationIdOf(threadId, 1), conversationIdOf(threadId, 2)];
const agentA = agentIdSchema.parse("agent-a");

const found = async (fakes: Fakes, id = first) => {
  const stored = await fakes.conversations.find(id);
  if (!stored) throw new Error(`no conversation ${id}`);
  return stored.value;
};

const close = (fakes: Fakes, id = first) => moveConversation(fakes, id, { kind: "close" });

const pickAndPark = async (fakes: Fakes) => {
  await moveConversation(fakes, first, { kind: "pick", queueId: "support", agentId: agentA });
  await moveConversation(fakes, first, { kind: "park", agentId: agentA });
};

describe("a customer's first text", () => {
  it("is stored, opens a conversation in its queue and starts routing", async () => {
    const fakes = makeFakes();
    const received = await receiveText(fakes, sampleText({ text: "hello there" }));
    expect(received).toEqual({ kind: "accepted", threadId, conversationId: first });
    expect(await found(fakes)).toMatchObject({
      state: "queued",
      queueId: "support",
      routedBy: "channel",
      epoch: 1,
      capacityUnits: 1,
      preview: "hello there",
      textIds: ["acs:first"],
      lastTextAt: sampleText().receivedAt,
      queuedAt: fakes.now(),
      optedOut: false,
    });
    expect(fakes.messages.all()).toMatchObject([{ id: "acs:first", text: "hello there", conversationId: first }]);
    expect(fakes.jobs.workItems).toEqual([{ conversationId: first, threadId, epoch: 1 }]);
    expect((await fakes.threads.find(threadId))?.value).toMatchObject({ lastNumber: 1, channelNumber: "+14255550100" });
  });

  it("goes to the queue of a matching rule, with its priority", async () => {
    const fakes = makeFakes({ rules: [sampleRule({ when: { textContains: ["invoice"] }, priority: 1 })] });
    await receiveText(fakes, sampleText({ text: "My invoice" }));
    expect(await found(fakes)).toMatchObject({ queueId: "billing", priority: 1, routedBy: "rule: a rule" });
  });

  it("takes the capacity units of its channel", async () => {
    const fakes = makeFakes({ channels: [sampleChannel({ capacityUnits: 3 })] });
    await receiveText(fakes, sampleText());
    expect((await found(fakes)).capacityUnits).toBe(3);
  });

  it("is stored whole and marked when it exceeds the limit", async () => {
    const fakes = makeFakes();
    await receiveText(fakes, sampleText({ text: "x".repeat(4000) }));
    expect(fakes.messages.all()).toMatchObject([{ text: "x".repeat(4000), exceedsLimit: true }]);
    expect((await found(fakes)).preview).toHaveLength(100);
  });

  it("is accepted from a sender that cannot be texted", async () => {
    const fakes = makeFakes();
    const received = await receiveText(fakes, sampleText({ from: "12345" }));
    expect(received.kind).toBe("accepted");
    expect(fakes.conversations.all()).toMatchObject([{ customer: "12345", contact: { kind: "unidentified" } }]);
  });
});

describe("the customer of a text", () => {
  const number = sampleText().from;
  const [ana, eva, other] = [
    sampleContact("ana", { mobilePhone: number, preferredAgentIds: ["agent-b"] }),
    sampleContact("eva", { mobilePhone: number }),
    sampleContact("other"),
  ];

  it("is unidentified when no contact has the number", async () => {
    const fakes = makeFakes({ contacts: [other] });
    await receiveText(fakes, sampleText());
    expect((await found(fakes)).contact).toEqual({ kind: "unidentified" });
  });

  it("is no retired contact, not even the one that an agent chose for the thread", async () => {
    const retired = { ...ana, retiredAt: ana.updatedAt };
    const fakes = makeFakes({ contacts: [retired, eva] });
    await receiveText(fakes, sampleText());
    expect((await found(fakes)).contact).toEqual({ kind: "linked", contactId: "eva" });
    const thread = await fakes.threads.find(threadId);
    if (thread) await fakes.threads.replace(thread, { ...thread.value, contactId: ana.id });
    await close(fakes);
    await receiveText(fakes, sampleText({ id: "second" }));
    expect((await found(fakes, second)).contact).toEqual({ kind: "linked", contactId: "eva" });
  });

  it("is the contact with the number, whose agents are preferred", async () => {
    const fakes = makeFakes({ contacts: [ana, other] });
    await receiveText(fakes, sampleText());
    expect(await found(fakes)).toMatchObject({
      contact: { kind: "linked", contactId: "ana" },
      preferred: { agentIds: ["agent-b"] },
    });
  });

  it("is one of several candidates when contacts share the number", async () => {
    const fakes = makeFakes({ contacts: [eva, ana, other] });
    await receiveText(fakes, sampleText());
    expect(await found(fakes)).toMatchObject({
      contact: { kind: "candidates", contactIds: ["ana", "eva"] },
      preferred: { agentIds: [] },
    });
  });

  it("is the contact that an agent chose for the thread", async () => {
    const fakes = makeFakes({ contacts: [eva, ana] });
    await receiveText(fakes, sampleText());
    const thread = await fakes.threads.find(threadId);
    if (thread) await fakes.threads.replace(thread, { ...thread.value, contactId: eva.id });
    await close(fakes);
    await receiveText(fakes, sampleText({ id: "second" }));
    expect((await found(fakes, second)).contact).toEqual({ kind: "linked", contactId: "eva" });
  });

  it("is the contact that an agent chose for the thread, although it has another number", async () => {
    const fakes = makeFakes({ contacts: [ana, other] });
    await receiveText(fakes, sampleText());
    const thread = await fakes.threads.find(threadId);
    if (thread) await fakes.threads.replace(thread, { ...thread.value, contactId: other.id });
    await close(fakes);
    await receiveText(fakes, sampleText({ id: "second" }));
    expect((await found(fakes, second)).contact).toEqual({ kind: "linked", contactId: "other" });
  });
});

describe("a further text", () => {
  it.each(["queued", "offered", "active"] as const)("is added to a conversation that is %s", async (state) => {
    const fakes = makeFakes();
    await receiveText(fakes, sampleText());
    fakes.conversations.seed(sampleConversation(state, { textIds: ["acs:first"] }));
    fakes.jobs.clear();
    await receiveText(fakes, sampleText({ id: "second", text: "and more" }));
    expect(await found(fakes)).toMatchObject({ state, preview: "and more", textIds: ["acs:first", "acs:second"] });
    expect(fakes.conversations.all()).toHaveLength(1);
    expect(fakes.jobs.workItems).toEqual([]);
  });

  it("returns a parked conversation to its queue, and prefers its last agent", async () => {
    const fakes = makeFakes();
    await receiveText(fakes, sampleText());
    await pickAndPark(fakes);
    fakes.jobs.clear();
    await receiveText(fakes, sampleText({ id: "second" }));
    expect(await found(fakes)).toMatchObject({
      state: "queued",
      epoch: 2,
      preferred: { agentIds: ["agent-a"], until: addSeconds(fakes.now(), 300) },
    });
    expect(fakes.jobs.workItems).toEqual([{ conversationId: first, threadId, epoch: 2 }]);
  });

  it("fails when routing cannot be started, and starts it when it is redelivered", async () => {
    const fakes = makeFakes();
    await receiveText(fakes, sampleText());
    await pickAndPark(fakes);
    fakes.jobs.clear();
    fakes.hooks.before = (operation) => {
      if (operation === "jobs.workItem") throw new TransientError("the broker is down");
    };
    const text = sampleText({ id: "second" });
    await expect(receiveText(fakes, text)).rejects.toThrow(TransientError);
    fakes.hooks.before = undefined;
    await receiveText(fakes, text);
    expect(fakes.jobs.workItems).toEqual([{ conversationId: first, threadId, epoch: 2 }]);
  });

  it("returns a conversation in wrap-up to its agent, without more capacity", async () => {
    const fakes = makeFakes();
    await receiveText(fakes, sampleText());
    await moveConversation(fakes, first, { kind: "pick", queueId: "support", agentId: agentA });
    await moveConversation(fakes, first, { kind: "end", agentId: agentA, wrapUpSeconds: 60 });
    await receiveText(fakes, sampleText({ id: "second" }));
    expect(await found(fakes)).toMatchObject({ state: "active", agentId: "agent-a" });
    expect((await fakes.agents.find(agentA))?.load).toBe(1);
  });

  it("opens the next conversation when the last one is closed", async () => {
    const fakes = makeFakes();
    await receiveText(fakes, sampleText());
    await close(fakes);
    expect(await receiveText(fakes, sampleText({ id: "second" }))).toMatchObject({ conversationId: second });
    expect(await found(fakes, second)).toMatchObject({ state: "queued", epoch: 1, textIds: ["acs:second"] });
    expect((await fakes.threads.find(threadId))?.value.lastNumber).toBe(2);
  });

  it("goes to the next conversation when the open one closes before the text is added", async () => {
    const fakes = makeFakes();
    await receiveText(fakes, sampleText());
    fakes.hooks.afterWrite = (operation) => {
      if (operation !== "messages.create") return;
      fakes.hooks.afterWrite = undefined;
      return close(fakes);
    };
    expect(await receiveText(fakes, sampleText({ id: "second" }))).toMatchObject({ conversationId: second });
    expect((await found(fakes)).textIds).toEqual(["acs:first"]);
    expect((await found(fakes, second)).textIds).toEqual(["acs:second"]);
    expect(fakes.messages.all().at(-1)).toMatchObject({ id: "acs:second", conversationId: second });
  });

  it("has a preview that says so when it is a picture without words", async () => {
    const fakes = makeFakes();
    const media = [{ url: "https://media.example/1", contentType: "image/jpeg" }];
    await receiveText(fakes, { ...sampleText({ text: "" }), media });
    expect(await found(fakes)).toMatchObject({ preview: "[picture]" });
    await receiveText(fakes, { ...sampleText({ id: "second", text: "" }), media: [...media, ...media] });
    expect(await found(fakes)).toMatchObject({ preview: "[2 pictures]" });
  });

  it("keeps the order of sending when texts arrive out of order", async () => {
    const fakes = makeFakes();
    const later = addSeconds(sampleText().receivedAt, 60);
    await receiveText(fakes, sampleText({ id: "second", text: "two", receivedAt: later }));
    await receiveText(fakes, sampleText({ id: "first", text: "one" }));
    expect(await found(fakes)).toMatchObject({ preview: "two", lastTextAt: later });
    const { items } = await fakes.messages.ofConversation(first, { limit: 10 });
    expect(items.map(({ text }) => text)).toEqual(["two", "one"]);
  });
});

describe("a redelivered text", () => {
  it("changes nothing but enqueues the work item of a queued conversation", async () => {
    const fakes = makeFakes();
    await receiveText(fakes, sampleText());
    const before = [fakes.conversations.all(), fakes.messages.all()];
    expect(await receiveText(fakes, sampleText())).toMatchObject({ conversationId: first });
    expect([fakes.conversations.all(), fakes.messages.all()]).toEqual(before);
    expect(new Set(fakes.jobs.workItems.map(({ epoch }) => epoch))).toEqual(new Set([1]));
  });

  it("opens no conversation when its own has closed", async () => {
    const fakes = makeFakes();
    await receiveText(fakes, sampleText());
    await close(fakes);
    fakes.jobs.clear();
    expect(await receiveText(fakes, sampleText())).toMatchObject({ conversationId: first });
    expect(fakes.conversations.all()).toHaveLength(1);
    expect(fakes.jobs.workItems).toEqual([]);
  });

  it("does not return a conversation that was parked since", async () => {
    const fakes = makeFakes();
    await receiveText(fakes, sampleText());
    await pickAndPark(fakes);
    await receiveText(fakes, sampleText());
    expect((await found(fakes)).state).toBe("waiting");
  });

  it("opens no conversation after many later texts", async () => {
    const fakes = makeFakes();
    await receiveText(fakes, sampleText());
    for (let n = 1; n <= 25; n++) {
      const receivedAt = addSeconds(sampleText().receivedAt, n);
      await receiveText(fakes, sampleText({ id: `later-${n}`, receivedAt }));
    }
    await close(fakes);
    await receiveText(fakes, sampleText());
    expect(fakes.conversations.all()).toHaveLength(1);
  });

  it("opens the next conversation when its own closed between its two writes", async () => {
    const fakes = makeFakes();
    await receiveText(fakes, sampleText());
    fakes.hooks.before = (operation) => {
      if (operation === "conversations.replace") throw new Error("the store is down");
    };
    await expect(receiveText(fakes, sampleText({ id: "second" }))).rejects.toThrow("the store is down");
    fakes.hooks.before = undefined;
    await close(fakes);
    expect(await receiveText(fakes, sampleText({ id: "second" }))).toMatchObject({ conversationId: second });
    expect((await found(fakes, second)).textIds).toEqual(["acs:second"]);
  });
});

describe("a text that is not accepted", () => {
  it.each([
    ["sms-disabled", { organisation: sampleCompany({ smsEnabled: false }) }],
    ["sms-disabled", { organisation: undefined }],
    ["unknown-channel", { channels: [] }],
    ["unknown-channel", { channels: [sampleChannel({ number: "+14255550199" })] }],
    ["channel-disabled", { channels: [sampleChannel({ enabled: false })] }],
  ] as const)("has the outcome %s, and nothing is stored", async (kind, some) => {
    const fakes = makeFakes({ ...some, ...("channels" in some && { channels: [...some.channels] }) });
    expect(await receiveText(fakes, sampleText())).toEqual({ kind });
    expect(fakes.messages.all()).toEqual([]);
    expect(fakes.conversations.all()).toEqual([]);
  });

  it.each([
    ["sms-disabled", { organisation: sampleCompany({ smsEnabled: false }) }],
    ["channel-disabled", { channels: [sampleChannel({ enabled: false })] }],
  ] as const)("is processed under %s when it is STOP or START, but not HELP", async (kind, some) => {
    const fakes = makeFakes({ ...some, ...("channels" in some && { channels: [...some.channels] }) });
    expect(await receiveText(fakes, sampleText({ text: "HELP" }))).toEqual({ kind });
    for (const [n, optedOut] of [true, false, true].entries()) {
      const receivedAt = addSeconds(fakes.now(), n);
      const said = sampleText({ id: `word-${n}`, text: optedOut ? "STOP" : "START", receivedAt });
      const received = await receiveText(fakes, said);
      if (received.kind !== "accepted") throw new Error(received.kind);
      const thread = await fakes.threads.find(received.threadId);
      expect(thread?.value.consent?.optedOut).toBe(optedOut);
    }
    expect(fakes.conversations.all()).toEqual([]);
  });
});
