import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import * as z from "zod";

const SUBPROTOCOL = "json.webpubsub.azure.v1";
/** Time within which a change must come, in milliseconds. A loaded machine is slow. */
const PATIENCE_MS = 20_000;

const frameSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("system") }),
  z.object({ type: z.literal("pong") }),
  z.looseObject({ type: z.literal("ack"), success: z.boolean() }),
  z.object({ type: z.literal("message"), data: z.record(z.string(), z.unknown()) }),
]);
type Frame = z.infer<typeof frameSchema>;

/** The live connection of a console, over the WebSocket that browsers have. */
export class LiveConsole {
  readonly #socket: WebSocket;
  readonly #frames: Frame[] = [];
  readonly #texts: string[] = [];

  private constructor(url: string) {
    this.#socket = new WebSocket(url, SUBPROTOCOL);
    this.#socket.addEventListener("message", ({ data }) => {
      this.#texts.push(String(data));
      this.#frames.push(frameSchema.parse(JSON.parse(String(data))));
    });
  }

  static async open(url: string): Promise<LiveConsole> {
    const console = new LiveConsole(url);
    await once(console.#socket, "open");
    return console;
  }

  /** The changes so far. */
  get changes(): readonly Readonly<Record<string, unknown>>[] {
    return this.#frames.flatMap((frame) => (frame.type === "message" ? [frame.data] : []));
  }

  /** The frames as they came. */
  get raw(): string {
    return this.#texts.join("\n");
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Sends a frame. @returns whether the service did as requested. */
  async request(frame: object): Promise<boolean> {
    const acksBefore = this.#acks.length;
    this.#socket.send(JSON.stringify({ ...frame, ackId: acksBefore + 1 }));
    await this.#until(() => this.#acks.length > acksBefore);
    return this.#acks.at(-1)?.success ?? false;
  }

  /** Waits for a change with these members. @throws Error when none comes. */
  async change(members: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
    const find = () =>
      this.changes.find((change) =>
        Object.entries(members).every(([name, value]) => JSON.stringify(change[name]) === JSON.stringify(value)),
      );
    await this.#until(() => find() !== undefined);
    const found = find();
    if (!found) throw new Error(`no change ${JSON.stringify(members)} among ${this.raw}`);
    return found;
  }

  /** Waits until the connection is closed. */
  async closed(): Promise<void> {
    await this.#until(() => this.#socket.readyState === WebSocket.CLOSED);
  }

  close(): void {
    this.#socket.close();
  }

  get #acks() {
    return this.#frames.filter((frame) => frame.type === "ack");
  }

  async #until(isTrue: () => boolean): Promise<void> {
    const giveUpAt = performance.now() + PATIENCE_MS;
    while (!isTrue() && performance.now() < giveUpAt) await setTimeout(5);
  }
}
