/** The part of a `WebSocket` that the page needs. */
export interface LiveSocket {
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: (() => void) | null;
  send(text: string): void;
  close(): void;
}

export interface LiveOptions {
  /**
   * Gets the address of one connection.
   * @returns undefined when the app has no live updates: then the page polls.
   * @throws when the app cannot be reached.
   */
  readonly negotiate: () => Promise<{ readonly url: string } | undefined>;
  readonly connect: (url: string) => LiveSocket;
  readonly wait: (ms: number) => Promise<void>;
  /** Receives what the app sends. */
  readonly onChange: (change: unknown) => void;
  /** The connection is open now or is lost now: whatever is shown may have changed before. */
  readonly onSwitch: () => void;
}

const FIRST_DELAY_MS = 1_000;
const LAST_DELAY_MS = 30_000;
/** How often the connection is tried, in milliseconds. Azure closes one that is silent. */
const PING_MS = 20_000;
/** How long the response to a ping may take, in milliseconds. */
const PONG_MS = 5_000;

/** A connection by which the app says what to read again. It is made again whenever it is lost. */
export class Live {
  readonly #options: LiveOptions;
  #socket: LiveSocket | undefined;
  #isOpen = false;
  /** Whether anything has come since the last ping. */
  #isHeard = false;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /** Whether changes are noticed without polling. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Connects, and connects again for ever. It ends when the app has no live updates. */
  async run(): Promise<void> {
    for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, LAST_DELAY_MS)) {
      const address = await this.#options.negotiate().catch((): "unreachable" => "unreachable");
      if (!address) return;
      const wasOpen = address !== "unreachable" && (await this.#listen(address.url));
      if (wasOpen) delay = FIRST_DELAY_MS;
      await this.#options.wait(delay);
    }
  }

  /** Makes the connection anew: after a sleep, one that looks open may be dead. */
  restart(): void {
    this.#socket?.close();
  }

  /** @returns whether the connection was open, once it is closed. */
  #listen(url: string): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = this.#options.connect(url);
      this.#socket = socket;
      let wasOpen = false;
      socket.onopen = () => {
        wasOpen = true;
        this.#switch(true);
        void this.#keepAlive(socket);
      };
      socket.onmessage = ({ data }) => this.#receive(data);
      socket.onclose = () => {
        this.#socket = undefined;
        if (wasOpen) this.#switch(false);
        resolve(wasOpen);
      };
    });
  }

  #receive(frame: unknown): void {
    this.#isHeard = true;
    const { type, data } = parse(frame);
    if (type === "message") this.#options.onChange(data);
  }

  #switch(isOpen: boolean): void {
    this.#isOpen = isOpen;
    this.#options.onSwitch();
  }

  async #keepAlive(socket: LiveSocket): Promise<void> {
    while (this.#socket === socket) {
      this.#isHeard = false;
      socket.send('{"type":"ping"}');
      await this.#options.wait(PONG_MS);
      if (this.#socket === socket && !this.#isHeard) socket.close();
      await this.#options.wait(PING_MS - PONG_MS);
    }
  }
}

/** Reads a frame. Source: the subprotocol json.webpubsub.azure.v1. */
const parse = (frame: unknown): { readonly type?: unknown; readonly data?: unknown } => {
  try {
    const parsed: unknown = JSON.parse(String(frame));
    return typeof parsed === "object" && parsed !== null ? parsed : {};
  } catch {
    return {}; // a frame of another protocol says nothing
  }
};

/** Opens a connection to Azure Web PubSub. */
export const openSocket = (url: string): LiveSocket => {
  const socket = new WebSocket(url, "json.webpubsub.azure.v1");
  const opened: LiveSocket = {
    onopen: null,
    onmessage: null,
    onclose: null,
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text); // else it is about to be closed
    },
    close: () => socket.close(),
  };
  socket.onopen = () => opened.onopen?.();
  socket.onmessage = (event) => opened.onmessage?.(event);
  socket.onclose = () => opened.onclose?.();
  return opened;
};
