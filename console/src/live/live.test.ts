import { describe, expect, it } from "vitest";
import { changedQueries } from "./changed-queries.ts";
import { Live, type LiveSocket } from "./live.ts";

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

class FakeSocket implements LiveSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly sent: string[] = [];

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.onclose?.();
  }

  receive(frame: unknown): void {
    this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }
}

/** A page whose sockets and timers the test drives. */
class FakePage {
  readonly sockets: FakeSocket[] = [];
  readonly changes: unknown[] = [];
  address: { readonly url: string } | undefined = { url: "wss://live.example" };
  isReachable = true;
  switches = 0;
  negotiations = 0;
  #timers: { readonly ms: number; readonly end: () => void }[] = [];

  readonly live = new Live({
    negotiate: async () => {
      this.negotiations += 1;
      if (!this.isReachable) throw new Error("unreachable");
      return this.address;
    },
    connect: () => {
      const socket = new FakeSocket();
      this.sockets.push(socket);
      return socket;
    },
    wait: (ms) => new Promise((end) => this.#timers.push({ ms, end })),
    onChange: (change) => this.changes.push(change),
    onSwitch: () => {
      this.switches += 1;
    },
  });

  /** Starts the connection. @returns once the first socket is open. */
  async open(): Promise<FakeSocket> {
    void this.live.run();
    await settle();
    return this.openNewest();
  }

  openNewest(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("There is no socket.");
    socket.onopen?.();
    return socket;
  }

  async endTimers(): Promise<readonly number[]> {
    const timers = this.#timers;
    this.#timers = [];
    for (const { end } of timers) end();
    await settle();
    return timers.map(({ ms }) => ms);
  }
}

describe("the live connection", () => {
  it("passes on what the app sends, and nothing else", async () => {
    const page = new FakePage();
    const socket = await page.open();
    const change = { kind: "agent", agentId: "ana" };
    for (const frame of [
      { type: "system", event: "connected" },
      { type: "message", data: change },
      { type: "pong" },
      "not JSON",
      "7",
    ]) {
      socket.receive(frame);
    }
    expect(page.changes).toEqual([change]);
  });

  it("is made again after it is lost, with a new address, and everything is read again at each switch", async () => {
    const page = new FakePage();
    (await page.open()).close();
    expect(page.live.isOpen).toBe(false);
    expect(page.switches).toBe(2);
    await settle();
    await page.endTimers();
    page.openNewest();
    expect(page.live.isOpen).toBe(true);
    expect([page.negotiations, page.sockets.length, page.switches]).toEqual([2, 2, 3]);
  });

  it("is tried less and less often while the app cannot be reached", async () => {
    const page = new FakePage();
    page.isReachable = false;
    void page.live.run();
    await settle();
    const delays: number[] = [];
    for (let attempt = 0; attempt < 7; attempt++) delays.push(...(await page.endTimers()));
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it("is not tried again when the app has no live updates", async () => {
    const page = new FakePage();
    page.address = undefined;
    await page.live.run();
    expect(page.negotiations).toBe(1);
    expect(page.live.isOpen).toBe(false);
  });

  it("is closed when a ping gets no response, and stays open when it does", async () => {
    const page = new FakePage();
    const socket = await page.open();
    expect(socket.sent).toEqual(['{"type":"ping"}']);
    socket.receive({ type: "pong" });
    await page.endTimers();
    expect(page.live.isOpen).toBe(true);
    await page.endTimers(); // the next ping
    await page.endTimers(); // without a pong
    expect(page.live.isOpen).toBe(false);
  });
});

describe("the queries to read again", () => {
  it("are those that show the change", () => {
    expect(changedQueries({ kind: "message", conversationId: "c.1", messageId: "m" })).toEqual([["messages", "c.1"]]);
    expect(changedQueries({ kind: "conversation", conversationId: "c.1" })).toContainEqual(["conversation", "c.1"]);
    expect(changedQueries({ kind: "agent", agentId: "ana" })).toContainEqual(["me"]);
  });

  it.each([undefined, null, 7, "x", {}, { kind: "unknown" }])(
    "are none for what a newer app may send: %j",
    (change) => {
      expect(changedQueries(change)).toEqual([]);
    },
  );
});
