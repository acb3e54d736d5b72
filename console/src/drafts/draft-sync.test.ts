import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FakeStore } from "../storage/fake-store.ts";
import { DraftSync } from "./draft-sync.ts";
import type { DraftKind } from "./drafts.ts";

/** Lets everything run that waits for neither a response nor a timer. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

/** The API, whose responses and the timers the test ends. */
class FakeApi {
  /** What is stored, by conversation and kind. */
  readonly stored = new Map<string, string>();
  readonly requests: string[] = [];
  isAvailable = true;
  /** A conversation that the person may no longer write in. */
  forbidden = "";
  /** Whether responses wait for `respond`. */
  isSlow = false;
  #responses: (() => void)[] = [];
  #timers: (() => void)[] = [];

  readonly sync: DraftSync;

  constructor(store = new FakeStore()) {
    this.sync = new DraftSync({
      store,
      personId: "ana",
      wait: () => new Promise((end) => this.#timers.push(end)),
      save: async (conversationId, kind, text) => {
        this.requests.push(text);
        if (this.isSlow) await new Promise<void>((respond) => this.#responses.push(respond));
        if (!this.isAvailable || conversationId === this.forbidden) throw new Error("unavailable");
        this.stored.set(`${conversationId}:${kind}`, text);
      },
    });
  }

  /** How many requests have no response yet. */
  get open(): number {
    return this.#responses.length;
  }

  async respond(): Promise<void> {
    this.#responses.shift()?.();
    await settle();
  }

  async endTimers(): Promise<void> {
    const timers = this.#timers;
    this.#timers = [];
    for (const end of timers) end();
    await settle();
  }
}

describe("the saving of drafts", () => {
  it("saves the newest text once the person pauses", async () => {
    const api = new FakeApi();
    for (const text of ["D", "De", "Dear"]) api.sync.changed("1", "reply", text);
    await settle();
    expect(api.requests).toEqual([]);
    await api.endTimers();
    expect(api.requests).toEqual(["Dear"]);
    expect(api.sync.isUnsaved("1", "reply")).toBe(false);
  });

  it("saves at once when the page is left", async () => {
    const api = new FakeApi();
    api.sync.changed("1", "note", "Asked twice");
    await api.sync.flush();
    expect(api.stored.get("1:note")).toBe("Asked twice");
  });

  it("saves with the next draft what could not be saved", async () => {
    const api = new FakeApi();
    api.isAvailable = false;
    api.sync.changed("1", "reply", "To one");
    await api.endTimers();
    expect(api.sync.isUnsaved("1", "reply")).toBe(true);
    api.isAvailable = true;
    api.sync.changed("2", "reply", "To two");
    await api.endTimers();
    expect([...api.stored]).toEqual([
      ["1:reply", "To one"],
      ["2:reply", "To two"],
    ]);
  });

  it("saves what the person writes while a request is open", async () => {
    const api = new FakeApi();
    api.isSlow = true;
    api.sync.changed("1", "reply", "Dear");
    await api.endTimers();
    api.sync.changed("1", "reply", "Dear Robin");
    await api.respond();
    await api.endTimers();
    await api.respond();
    expect(api.stored.get("1:reply")).toBe("Dear Robin");
    expect(api.sync.isUnsaved("1", "reply")).toBe(false);
  });

  it("has one request open at a time, so that an old text never overtakes a new one", async () => {
    const api = new FakeApi();
    api.isSlow = true;
    api.sync.changed("1", "reply", "Dear");
    await api.endTimers();
    api.sync.changed("1", "reply", "Dear Robin");
    const flushed = api.sync.flush();
    await settle();
    expect(api.open).toBe(1);
    await api.respond();
    await api.respond();
    await flushed;
    expect(api.stored.get("1:reply")).toBe("Dear Robin");
  });

  it("saves the other drafts when one is refused", async () => {
    const api = new FakeApi();
    api.forbidden = "1";
    api.sync.changed("1", "reply", "To one");
    api.sync.changed("2", "reply", "To two");
    await api.endTimers();
    expect([...api.stored]).toEqual([["2:reply", "To two"]]);
    expect(api.sync.isUnsaved("1", "reply")).toBe(true);
  });

  it("knows after a reload which drafts are not saved, and saves them as they are on this device", async () => {
    const store = new FakeStore();
    const before = new FakeApi(store);
    before.sync.changed("1", "reply", "saved");
    await before.endTimers();
    before.sync.changed("2", "reply", "sent");
    before.sync.changed("3", "note", "Asked");
    const after = new FakeApi(store);
    after.sync.resume((conversationId) => (conversationId === "3" ? "Asked twice" : ""));
    expect(after.sync.isUnsaved("1", "reply")).toBe(false);
    expect(after.sync.isUnsaved("2", "reply")).toBe(true);
    await after.endTimers();
    expect([...after.stored]).toEqual([
      ["2:reply", ""],
      ["3:note", "Asked twice"],
    ]);
    expect(store.length).toBe(0);
  });

  it.each(["{", "7", '[{"conversationId":1,"kind":"reply"}]', '[{"conversationId":"1","kind":"x"}]'])(
    "ignores %j in the storage",
    async (value) => {
      const store = new FakeStore();
      store.setItem("hilo:unsaved-drafts:ana", value);
      const api = new FakeApi(store);
      api.sync.resume(() => "text");
      await api.endTimers();
      expect(api.requests).toEqual([]);
    },
  );

  it("ends with the newest text of every draft at the API, in whatever order things happen", () => {
    const step = fc.oneof(
      fc.record({
        conversationId: fc.constantFrom("1", "2"),
        kind: fc.constantFrom<DraftKind>("reply", "note"),
        text: fc.string(),
      }),
      fc.constantFrom("pause", "fail", "recover"),
    );
    return fc.assert(
      fc.asyncProperty(fc.array(step), async (steps) => {
        const api = new FakeApi();
        const written = new Map<string, string>();
        for (const action of steps) {
          if (typeof action === "object") {
            written.set(`${action.conversationId}:${action.kind}`, action.text);
            api.sync.changed(action.conversationId, action.kind, action.text);
          } else if (action === "pause") await api.endTimers();
          else api.isAvailable = action === "recover";
        }
        api.isAvailable = true;
        await api.sync.flush();
        for (const [key, text] of written) expect(api.stored.get(key)).toBe(text);
      }),
    );
  });
});
