import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FakeStore } from "../storage/fake-store.ts";
import { Outbox, type OutboxEntry, type Outcome, type Written } from "./outbox.ts";

const PERSON = "ana";
const ACCEPTED: Outcome = { kind: "accepted" };
const UNAVAILABLE: Outcome = { kind: "unavailable" };
const REFUSED: Outcome = { kind: "refused", refusal: { type: "recipient-opted-out" } };

const written = (kind: Written["kind"], conversationId: string, text: string): Written => ({
  kind,
  conversationId,
  text,
  holdSeconds: 5,
});
const reply = (conversationId: string, text: string): Written => written("reply", conversationId, text);

/** Lets everything run that waits for neither a response nor a timer. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

/** A page with an outbox, whose requests and timers the test ends. */
class FakePage {
  readonly outbox: Outbox;
  /** Requests that have no response yet. */
  #requests: { readonly entry: OutboxEntry; readonly respond: (outcome: Outcome) => void }[] = [];
  #timers: { readonly ms: number; readonly end: () => void }[] = [];
  /** Every request, in order. */
  readonly sent: OutboxEntry[] = [];

  constructor(store: FakeStore, newKey: () => string) {
    this.outbox = new Outbox({
      store,
      personId: PERSON,
      now: () => 0,
      newKey,
      wait: (ms) => new Promise((end) => this.#timers.push({ ms, end })),
      send: (entry) => {
        this.sent.push(entry);
        return new Promise((respond) => this.#requests.push({ entry, respond }));
      },
    });
  }

  /** Responds to every open request. */
  async respond(outcomeOf: (entry: OutboxEntry) => Outcome): Promise<void> {
    const requests = this.#requests;
    this.#requests = [];
    for (const { entry, respond } of requests) respond(outcomeOf(entry));
    await settle();
  }

  /** Ends every timer. @returns their times in milliseconds. */
  async endTimers(): Promise<readonly number[]> {
    const timers = this.#timers;
    this.#timers = [];
    for (const { end } of timers) end();
    await settle();
    return timers.map(({ ms }) => ms);
  }

  get textsSent(): readonly string[] {
    return this.sent.map(({ text }) => text);
  }
}

const open = (store = new FakeStore()): { readonly page: FakePage; readonly store: FakeStore } => {
  let keys = 0;
  return { page: new FakePage(store, () => `key-${++keys}`), store };
};

describe("an outbox", () => {
  it("sends a reply and forgets it once it is accepted", async () => {
    const { page, store } = open();
    page.outbox.add(reply("1", "hello"));
    expect(page.outbox.entries).toEqual([{ ...reply("1", "hello"), key: "key-1", writtenAt: 0 }]);
    await page.respond(() => ACCEPTED);
    expect(page.textsSent).toEqual(["hello"]);
    expect(page.outbox.entries).toEqual([]);
    expect(store.length).toBe(0);
  });

  it("sends the replies to a conversation one after the other", async () => {
    const { page } = open();
    page.outbox.add(reply("1", "first"));
    page.outbox.add(reply("1", "second"));
    await settle();
    expect(page.textsSent).toEqual(["first"]);
    await page.respond(() => ACCEPTED);
    expect(page.textsSent).toEqual(["first", "second"]);
  });

  it("does not let a conversation wait for another one", async () => {
    const { page } = open();
    page.outbox.add(reply("1", "to one"));
    page.outbox.add(reply("2", "to two"));
    await settle();
    expect(page.textsSent).toEqual(["to one", "to two"]);
  });

  it("retries with the same key, after delays that grow to 30 seconds", async () => {
    const { page } = open();
    page.outbox.add(reply("1", "hello"));
    const delays: number[] = [];
    for (let attempt = 0; attempt < 8; attempt++) {
      await page.respond(() => UNAVAILABLE);
      delays.push(...(await page.endTimers()));
    }
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    expect(new Set(page.sent.map(({ key }) => key))).toEqual(new Set(["key-1"]));
  });

  it("begins with the first delay again for the next reply", async () => {
    const { page } = open();
    page.outbox.add(reply("1", "first"));
    page.outbox.add(reply("1", "second"));
    await page.respond(() => UNAVAILABLE);
    await page.endTimers();
    await page.respond(() => ACCEPTED);
    await page.respond(() => UNAVAILABLE);
    expect(await page.endTimers()).toEqual([1_000]);
  });

  it("retries at once when it is woken", async () => {
    const { page } = open();
    page.outbox.add(reply("1", "hello"));
    await page.respond(() => UNAVAILABLE);
    expect(page.sent).toHaveLength(1);
    page.outbox.wake();
    await settle();
    expect(page.sent).toHaveLength(2);
  });

  it("does not send twice when it is woken while a request is open", async () => {
    const { page } = open();
    page.outbox.add(reply("1", "hello"));
    page.outbox.wake();
    page.outbox.start();
    await settle();
    expect(page.sent).toHaveLength(1);
  });

  it("keeps a refused reply, and holds back the later ones until the person takes it", async () => {
    const { page } = open();
    page.outbox.add(reply("1", "refused"));
    page.outbox.add(reply("1", "later"));
    await page.respond(() => REFUSED);
    expect(page.outbox.entries[0]?.refusal).toEqual({ type: "recipient-opted-out" });
    page.outbox.wake();
    await settle();
    expect(page.textsSent).toEqual(["refused"]);

    expect(page.outbox.take("key-1")).toBe("refused");
    await settle();
    expect(page.textsSent).toEqual(["refused", "later"]);
    expect(page.outbox.entries.map(({ text }) => text)).toEqual(["later"]);
  });

  it("gives up no reply that is on its way", async () => {
    const { page } = open();
    page.outbox.add(reply("1", "hello"));
    expect(page.outbox.take("key-1")).toBe("");
    expect(page.outbox.take("unknown")).toBe("");
    expect(page.outbox.entries).toHaveLength(1);
  });

  it("sends after a reload what is left, with the same keys", async () => {
    const { page, store } = open();
    page.outbox.add(reply("1", "first"));
    page.outbox.add(reply("1", "second"));
    page.outbox.add(reply("2", "third"));
    const reloaded = new FakePage(store, () => "new");
    reloaded.outbox.start();
    for (let response = 0; response < 3; response++) await reloaded.respond(() => ACCEPTED);
    expect(reloaded.sent.map(({ key }) => key)).toEqual(["key-1", "key-3", "key-2"]);
    expect(store.length).toBe(0);
  });

  it("says that it has changed", async () => {
    const { page } = open();
    let changes = 0;
    const unsubscribe = page.outbox.subscribe(() => changes++);
    page.outbox.add(reply("1", "hello"));
    expect(changes).toBe(1);
    await page.respond(() => ACCEPTED);
    expect(changes).toBe(2);
    unsubscribe();
    page.outbox.reload();
    expect(changes).toBe(2);
  });

  it("keeps the replies of each person apart", () => {
    const { page, store } = open();
    page.outbox.add(reply("1", "hello"));
    const other = new Outbox({
      store,
      personId: "ben",
      now: () => 0,
      newKey: () => "key",
      wait: async () => undefined,
      send: async () => ACCEPTED,
    });
    expect(other.entries).toEqual([]);
  });

  it.each(["", "{", "null", "{}", "[1]", '[{"key":"a"}]', '"text"'])(
    "starts empty when the storage has %j",
    (value) => {
      const { page, store } = open();
      store.setItem(page.outbox.storageKey, value);
      expect(open(store).page.outbox.entries).toEqual([]);
    },
  );

  it("keeps after a reload everything that belongs to a reply or a note", () => {
    const { page, store } = open();
    page.outbox.add({ ...reply("1", "hello"), lastSeenMessageId: "in-1" });
    page.outbox.add(written("note", "2", "call back"));
    expect(open(store).page.outbox.entries).toEqual(page.outbox.entries);
  });

  it("keeps the replies that it can read", () => {
    const { page, store } = open();
    page.outbox.add(reply("1", "hello"));
    const [entry] = page.outbox.entries;
    store.setItem(page.outbox.storageKey, JSON.stringify([{ key: 1 }, entry]));
    expect(open(store).page.outbox.entries).toEqual([entry]);
  });
});

describe("the outboxes of two tabs", () => {
  const openTwo = () => {
    let keys = 0;
    const store = new FakeStore();
    const newKey = () => `key-${++keys}`;
    const [one, other] = [new FakePage(store, newKey), new FakePage(store, newKey)];
    return { one, other };
  };

  it("show what either has written", async () => {
    const { one, other } = openTwo();
    one.outbox.add(reply("1", "hello"));
    other.outbox.reload();
    expect(other.outbox.entries).toEqual(one.outbox.entries);
    await one.respond(() => ACCEPTED);
    other.outbox.reload();
    expect(other.outbox.entries).toEqual([]);
  });

  it("do not overwrite what the other has written", () => {
    const { one, other } = openTwo();
    one.outbox.add(reply("1", "first"));
    other.outbox.add(reply("2", "second"));
    expect(other.outbox.entries.map(({ text }) => text)).toEqual(["first", "second"]);
  });

  it("leave a reply to the tab that it was written in", async () => {
    const { one, other } = openTwo();
    one.outbox.add(reply("1", "hello"));
    other.outbox.reload();
    await settle();
    expect(other.sent).toEqual([]);
    await one.respond(() => ACCEPTED);
    other.outbox.reload();
    await other.endTimers();
    expect(other.sent).toEqual([]);
  });

  it("send a reply of a tab that was closed", async () => {
    const { one, other } = openTwo();
    one.outbox.add(reply("1", "hello"));
    other.outbox.reload();
    expect(await other.endTimers()).toEqual([30_000]);
    expect(other.sent).toEqual(one.sent);
  });
});

/** What happens to the outbox of a person with several tabs. */
type Step =
  | { readonly kind: "add"; readonly tab: number; readonly of: Written["kind"]; readonly conversationId: string }
  | { readonly kind: "respond" | "end-timers" | "wake" | "take" | "reload-page"; readonly tab: number };

/** What the network and the API make of a request. */
type Fate = "accepted" | "response-lost" | "request-lost" | "unavailable" | "refused";

const TABS = 2;
const tab = fc.nat({ max: TABS - 1 });
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("add" as const),
    tab,
    of: fc.constantFrom("reply", "note"),
    conversationId: fc.constantFrom("1", "2"),
  }),
  fc.record({ kind: fc.constantFrom("respond", "end-timers", "wake", "take", "reload-page"), tab }),
);
const anyFate = fc.constantFrom<Fate>("accepted", "response-lost", "request-lost", "unavailable", "refused");

/** The API: a repeated key gets the first outcome. */
class FakeApi {
  readonly accepted: OutboxEntry[] = [];
  readonly #refusedKeys = new Set<string>();

  handle(entry: OutboxEntry, fate: Fate): Outcome {
    if (fate === "request-lost" || fate === "unavailable") return UNAVAILABLE;
    if (fate === "refused" && !this.#has(entry)) this.#refusedKeys.add(entry.key);
    if (this.#refusedKeys.has(entry.key)) return fate === "response-lost" ? UNAVAILABLE : REFUSED;
    if (!this.#has(entry)) this.accepted.push(entry);
    return fate === "response-lost" ? UNAVAILABLE : ACCEPTED;
  }

  #has({ key }: OutboxEntry): boolean {
    return this.accepted.some((entry) => entry.key === key);
  }
}

/** A person with several tabs of the console, each of which sees at once what another one stores. */
class FakePerson {
  readonly api = new FakeApi();
  readonly #store = new FakeStore();
  readonly #pages: FakePage[];
  #keys = 0;
  #written = 0;
  /** The texts of each conversation that are still to arrive, in order. */
  readonly expected = new Map<string, string[]>();

  constructor() {
    this.#pages = Array.from({ length: TABS }, () => this.#open());
  }

  #open(): FakePage {
    return new FakePage(this.#store, () => `key-${++this.#keys}`);
  }

  #page(index: number): FakePage {
    const page = this.#pages[index];
    if (!page) throw new Error(`There is no tab ${index}.`);
    return page;
  }

  async do(step: Step, nextFate: () => Fate): Promise<void> {
    const before = this.#stored;
    const page = this.#page(step.tab);
    switch (step.kind) {
      case "add": {
        const text = `text ${++this.#written}`;
        page.outbox.add(written(step.of, step.conversationId, text));
        this.expected.set(step.conversationId, [...(this.expected.get(step.conversationId) ?? []), text]);
        break;
      }
      case "respond":
        await page.respond((entry) => this.api.handle(entry, nextFate()));
        break;
      case "end-timers":
        await page.endTimers();
        break;
      case "wake":
        page.outbox.wake();
        break;
      case "take":
        this.#take(page);
        break;
      case "reload-page":
        this.#pages[step.tab] = this.#open();
        this.#page(step.tab).outbox.start();
        break;
    }
    await settle();
    if (this.#stored !== before) for (const other of this.#pages) if (other !== page) other.outbox.reload();
  }

  /** The person discards the first refused reply. */
  #take({ outbox }: FakePage): void {
    const refused = outbox.entries.find(({ refusal }) => refusal);
    if (!refused) return;
    const text = outbox.take(refused.key);
    const texts = this.expected.get(refused.conversationId) ?? [];
    expect(texts).toContain(text);
    this.expected.set(
      refused.conversationId,
      texts.filter((candidate) => candidate !== text),
    );
  }

  get #stored(): string | null {
    return this.#store.getItem(this.#page(0).outbox.storageKey);
  }

  /** The network works again, and the person looks at everything. */
  async finish(): Promise<void> {
    for (let round = 0; round < 200 && this.#stored !== null; round++) {
      for (const kind of ["take", "wake", "respond", "end-timers"] as const) {
        for (let index = 0; index < TABS; index++) await this.do({ kind, tab: index }, () => "accepted");
      }
    }
  }
}

describe("whatever happens to the network and the tabs", () => {
  it("every reply arrives once, in its conversation and in order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 40 }), fc.array(anyFate), async (steps, fates) => {
        const person = new FakePerson();
        const remaining = [...fates];
        for (const step of steps) await person.do(step, () => remaining.shift() ?? "accepted");
        await person.finish();
        const arrived = (conversationId: string) =>
          person.api.accepted.filter((entry) => entry.conversationId === conversationId).map(({ text }) => text);
        for (const conversationId of ["1", "2"]) {
          expect(arrived(conversationId)).toEqual(person.expected.get(conversationId) ?? []);
        }
        expect(new Set(person.api.accepted.map(({ key }) => key)).size).toBe(person.api.accepted.length);
      }),
      { numRuns: 200 },
    );
  });
});
