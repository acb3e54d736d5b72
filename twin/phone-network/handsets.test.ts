import { beforeEach, expect, it } from "vitest";
import { Handsets, type HandsetText } from "./handsets.ts";

const CUSTOMER = "+15551230001";
const OWNED = "+18005550100";
const NOW = Date.UTC(2026, 0, 1);

const received = (text: string, changes: Partial<HandsetText> = {}): HandsetText => ({
  messageId: `received-${text}`,
  from: OWNED,
  to: CUSTOMER,
  text,
  receivedAt: "2026-01-01T00:00:00.000Z",
  origin: "sender",
  encoding: "GSM-7",
  segmentCount: 1,
  ...changes,
});

let handsets: Handsets;

beforeEach(() => {
  handsets = new Handsets();
});

const send = (text: string, { to = OWNED, messageId = `sent-${text}`, effect = () => {} } = {}) => {
  const sending = () => {
    effect();
    return messageId;
  };
  return handsets.send({ from: CUSTOMER, to, text }, sending, NOW);
};

const conversation = () => handsets.conversation(CUSTOMER, OWNED).map(({ kind, text }) => [kind, text]);

it("shows what a phone sent and received, oldest first", () => {
  send("one");
  handsets.receive(received("two"));
  send("three");
  expect(conversation()).toEqual([
    ["sent", "one"],
    ["received", "two"],
    ["sent", "three"],
  ]);
});

it("shows a text before the reply that it causes", () => {
  const effect = () => handsets.receive(received("You are unsubscribed", { origin: "network" }));
  send("STOP", { effect });
  expect(conversation()).toEqual([
    ["sent", "STOP"],
    ["network", "You are unsubscribed"],
  ]);
});

it("does not show a text that the provider refuses", () => {
  const effect = () => {
    throw new Error("refused");
  };
  expect(() => send("one", { effect })).toThrow("refused");
  expect(conversation()).toEqual([]);
  expect(handsets.numbers()).toEqual([]);
});

it("shows a repeated text once", () => {
  expect([send("one", { messageId: "id" }), send("one", { messageId: "id" })]).toEqual(["id", "id"]);
  expect(conversation()).toEqual([["sent", "one"]]);
});

it("separates the conversations with different numbers, and knows a number without its plus", () => {
  send("one");
  send("two", { to: "+18005550199" });
  handsets.receive(received("three", { from: "18005550100" }));
  handsets.receive(received("four", { from: "SHOP" }));
  expect(conversation()).toEqual([
    ["sent", "one"],
    ["received", "three"],
  ]);
});

it("counts segments and attachments of what a phone sent", () => {
  const media = [{ url: "https://example.com/tent.jpg", contentType: "image/jpeg" }];
  handsets.send({ from: CUSTOMER, to: OWNED, text: "⛺".repeat(71), media }, () => "id", NOW);
  expect(handsets.conversation(CUSTOMER, OWNED)).toMatchObject([
    { encoding: "UCS-2", segmentCount: 2, attachmentCount: 1, at: "2026-01-01T00:00:00.000Z" },
  ]);
});

it("lists only what a phone received as its texts", () => {
  send("one");
  handsets.receive(received("two"));
  expect(handsets.texts(CUSTOMER)).toEqual([received("two")]);
});
