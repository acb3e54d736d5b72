import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FakeStore } from "../storage/fake-store.ts";
import { type DraftKind, Drafts } from "./drafts.ts";

describe("drafts", () => {
  it("survive a reload of the page", () => {
    const store = new FakeStore();
    new Drafts(store, "ana").set("1", "reply", "Dear Robin");
    expect(new Drafts(store, "ana").get("1", "reply")).toBe("Dear Robin");
  });

  it("are empty before anything is written", () => {
    expect(new Drafts(new FakeStore(), "ana").get("1", "reply")).toBe("");
  });

  it("leave nothing behind when they are cleared", () => {
    const store = new FakeStore();
    const drafts = new Drafts(store, "ana");
    drafts.set("1", "reply", "Dear Robin");
    drafts.set("1", "reply", "");
    expect(store.length).toBe(0);
  });

  it.each([
    ["Dear Robin", "", "Dear Robin"],
    ["Dear Robin", "Yours, Ana", "Dear Robin\nYours, Ana"],
    ["", "Yours, Ana", "Yours, Ana"],
  ])("have %j before %j as %j", (text, written, expected) => {
    const drafts = new Drafts(new FakeStore(), "ana");
    drafts.set("1", "reply", written);
    drafts.prepend("1", "reply", text);
    expect(drafts.get("1", "reply")).toBe(expected);
  });

  it("take over a text of another device, and report only what is written here", () => {
    const written: string[] = [];
    const drafts = new Drafts(new FakeStore(), "ana", (...change) => written.push(change.join()));
    drafts.restore("1", "reply", "Dear Robin");
    expect(drafts.get("1", "reply")).toBe("Dear Robin");
    drafts.set("1", "note", "Asked twice");
    drafts.prepend("1", "note", "By phone");
    expect(written).toEqual(["1,note,Asked twice", "1,note,By phone\nAsked twice"]);
  });

  it("are never replaced by a text of another device", () => {
    const drafts = new Drafts(new FakeStore(), "ana");
    drafts.set("1", "reply", "Dear Robin");
    drafts.restore("1", "reply", "Hello");
    expect(drafts.get("1", "reply")).toBe("Dear Robin");
  });

  it("are removed when their author leaves the device, except those that are nowhere else", () => {
    const store = new FakeStore();
    const ana = new Drafts(store, "ana");
    const anabel = new Drafts(store, "anabel");
    ana.set("c.1", "reply", "saved");
    ana.set("c.1", "note", "not saved");
    anabel.set("c.1", "reply", "hers");
    ana.forget((conversationId, kind) => conversationId === "c.1" && kind === "note");
    expect(ana.get("c.1", "reply")).toBe("");
    expect(ana.get("c.1", "note")).toBe("not saved");
    expect(anabel.get("c.1", "reply")).toBe("hers");
  });

  it("say that they have changed", () => {
    const drafts = new Drafts(new FakeStore(), "ana");
    let changes = 0;
    const unsubscribe = drafts.subscribe(() => changes++);
    drafts.set("1", "reply", "Dear Robin");
    unsubscribe();
    drafts.set("1", "reply", "Dear Robin,");
    expect(changes).toBe(1);
  });
});

/** A box to write in: of a person, in a conversation, for a kind of text. */
interface Box {
  readonly personId: string;
  readonly conversationId: string;
  readonly kind: DraftKind;
}

const box: fc.Arbitrary<Box> = fc.record({
  // Ids of identity providers, in which any character may occur.
  personId: fc.constantFrom("ana", "ben", "ana:1", "ana:", "provider|ana"),
  conversationId: fc.constantFrom("1", "2", "0123456789abcdef01234567.1", "0123456789abcdef01234567.10"),
  kind: fc.constantFrom("reply", "note"),
});

/** Types or clears a text, after the page was reloaded or not. */
const step = fc.record({ box, text: fc.oneof(fc.constant(""), fc.string({ unit: "binary" })), reloads: fc.boolean() });

describe("whatever is written, cleared and reloaded", () => {
  it("keeps the last text of every box, and shows it in no other", () => {
    fc.assert(
      fc.property(fc.array(step), fc.array(box), (steps, others) => {
        const store = new FakeStore();
        const pages = new Map<string, Drafts>();
        const pageOf = ({ personId }: Box): Drafts => {
          const page = pages.get(personId) ?? new Drafts(store, personId);
          pages.set(personId, page);
          return page;
        };
        const expected = new Map<string, string>();
        for (const { box, text, reloads } of steps) {
          if (reloads) pages.clear();
          pageOf(box).set(box.conversationId, box.kind, text);
          expected.set(JSON.stringify(box), text);
        }
        for (const shown of [...steps.map(({ box }) => box), ...others]) {
          const { conversationId, kind } = shown;
          expect(pageOf(shown).get(conversationId, kind)).toBe(expected.get(JSON.stringify(shown)) ?? "");
        }
      }),
    );
  });
});
