import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { WebSocket } from "ws";

/** Time within which a frame must come, in milliseconds. A loaded machine is slow. */
const PATIENCE_MS = 20_000;

/** A client that keeps the frames that it receives. */
export class TestClient {
  /** The frames so far, parsed. */
  readonly frames: unknown[] = [];
  readonly #socket: WebSocket;
  readonly #closed: Promise<number>;

  private constructor(url: string, protocols: readonly string[]) {
    this.#socket = new WebSocket(url, [...protocols]);
    this.#closed = new Promise((resolve) => this.#socket.on("close", resolve));
    this.#socket.on("message", (data) => this.frames.push(JSON.parse(data.toString())));
  }

  /**
   * Connects a client.
   * @throws Error when the connection is refused: `Unexpected server response: <status>`.
   */
  static async connect(url: string, protocols: readonly string[] = ["json.webpubsub.azure.v1"]): Promise<TestClient> {
    const client = new TestClient(url, protocols);
    await once(client.#socket, "open");
    return client;
  }

  send(frame: object): void {
    this.#socket.send(JSON.stringify(frame));
  }

  close(): void {
    this.#socket.terminate();
  }

  /** The data of the messages so far. */
  get data(): readonly unknown[] {
    return this.frames.flatMap((frame) => {
      const { type, data } = frame as { type?: string; data?: unknown };
      return type === "message" ? [data] : [];
    });
  }

  /**
   * Waits until the client has `count` frames.
   * @returns the last of them.
   */
  async frame(count: number): Promise<unknown> {
    const giveUpAt = Date.now() + PATIENCE_MS;
    while (this.frames.length < count && Date.now() < giveUpAt) await setTimeout(5);
    return this.frames[count - 1];
  }

  /** Waits until the connection is closed. @returns the code of the close frame, or 1006 without one. */
  closed(): Promise<number> {
    return this.#closed;
  }
}
