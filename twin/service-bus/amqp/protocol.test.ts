import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createConnection } from "node:net";
import rhea, { type Connection, type ConnectionOptions, type EventContext, type Receiver, type Sender } from "rhea";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { openTwin, type TestQueueSettings } from "../testing/test-bus.ts";

/*
 * Tests with a plain AMQP client, for requests that the SDK does not make and responses that it hides.
 */

const { types } = rhea;

const connectTo = async (port: number, options: Partial<ConnectionOptions> = {}): Promise<Connection> => {
  const container = rhea.create_container();
  container.on("disconnected", () => {});
  const connection = container.connect({ port, host: "127.0.0.1", username: "test", reconnect: false, ...options });
  onTestFinished(() => connection.close());
  await once(connection, "connection_open");
  return connection;
};

const open = async (settings?: TestQueueSettings) => {
  const twin = await openTwin(settings);
  return { ...twin, connection: await connectTo(twin.port) };
};

const tokenFor = (path: string, scheme = "sb"): string => {
  const resource = encodeURIComponent(`${scheme}://127.0.0.1/${path}`);
  const signature = createHmac("sha256", "SAS_KEY_VALUE").update(`${resource}\n9999999999`).digest("base64");
  const name = "RootManageSharedAccessKey";
  return `SharedAccessSignature sr=${resource}&sig=${encodeURIComponent(signature)}&se=9999999999&skn=${name}`;
};

/** The application properties of a response. */
type Response = Readonly<Record<string, unknown>>;

interface Request {
  readonly node: string;
  readonly operation: string;
  readonly body: unknown;
}

/** Sends a request to a node. */
const request = async (connection: Connection, { node, operation, body }: Request): Promise<Response> => {
  const receiver = connection.open_receiver({ source: node, target: { address: "responses" } });
  const sender = connection.open_sender({ target: node });
  await Promise.all([opened(receiver), opened(sender)]);
  const responded = once(receiver, "message");
  const application_properties = { operation, name: node, type: "servicebus.windows.net:sastoken" };
  sender.send({ message_id: "1", reply_to: "responses", application_properties, body } as never);
  const [{ message }] = (await responded) as [EventContext];
  receiver.close();
  sender.close();
  return message?.application_properties as Response;
};

const authorize = (connection: Connection, path = ""): Promise<Response> =>
  request(connection, { node: "$cbs", operation: "put-token", body: tokenFor(path) });

/** Resolves when the link is open; rejects with the error condition when it is refused. */
const opened = (link: Sender | Receiver): Promise<void> =>
  new Promise((resolve, reject) => {
    const kind = link.is_sender() ? "sender" : "receiver";
    link.once(`${kind}_open`, () => setImmediate(resolve));
    link.once(`${kind}_error`, () => reject(new Error(String((link.error as { condition?: string }).condition))));
  });

/** Sends a message and returns `accepted` or the error condition of the rejection. */
const send = async (sender: Sender, message: unknown, format?: number): Promise<string> => {
  const settled = Promise.race([once(sender, "accepted"), once(sender, "rejected")]);
  sender.send(message as never, undefined, format);
  const [{ delivery }] = (await settled) as [EventContext];
  return delivery?.remote_state?.error?.condition ?? "accepted";
};

const openSender = async (connection: Connection, target: string): Promise<Sender> => {
  const sender = connection.open_sender({ target });
  await opened(sender);
  return sender;
};

describe("the AMQP server", () => {
  it("refuses a link without a token for its address or a parent of it", async () => {
    const { connection, queue } = await open();
    await expect(openSender(connection, queue)).rejects.toThrow("amqp:unauthorized-access");
    await authorize(connection, "other");
    await expect(openSender(connection, queue)).rejects.toThrow("amqp:unauthorized-access");
    await authorize(connection, queue);
    await expect(openSender(connection, `${queue}/$management`)).resolves.toBeDefined();
  });

  it("accepts only a token with a valid signature", async () => {
    const { connection } = await open();
    expect(await authorize(connection)).toEqual({ "status-code": 202, "status-description": "OK" });
    const body = tokenFor("").replace("sig=", "sig=AAAA");
    expect(await request(connection, { node: "$cbs", operation: "put-token", body })).toEqual({
      "status-code": 401,
      "status-description": expect.stringContaining("InvalidSignature"),
      "error-condition": "amqp:unauthorized-access",
    });
  });

  it.each(["sb", "amqp", "amqps", "https"])("accepts a token for an address with the scheme %s", async (scheme) => {
    const { connection, queue } = await open();
    await request(connection, { node: "$cbs", operation: "put-token", body: tokenFor(`${queue}/`, scheme) });
    await expect(openSender(connection, queue)).resolves.toBeDefined();
  });

  it.each(["MSSBCBS", "ANONYMOUS"])("accepts the SASL mechanism %s", async (name) => {
    const { port, queue } = await openTwin();
    const mechanism = { start: (respond: (error: undefined, response: string) => void) => respond(undefined, "") };
    const connection = await connectTo(port, { sasl_mechanisms: { [name]: mechanism } } as never);
    await authorize(connection);
    await expect(openSender(connection, queue)).resolves.toBeDefined();
  });

  it("finds a queue at an address that begins with a slash", async () => {
    const { connection, queue, bus } = await open();
    await authorize(connection, queue);
    expect(await send(await openSender(connection, `/${queue}`), { body: 1 })).toBe("accepted");
    expect(bus.snapshot()[queue]?.active).toBe(1);
    const node = `/${queue}/$management`;
    const body = { "from-sequence-number": types.wrap_long(0), "message-count": types.wrap_int(1) };
    const peeked = await request(connection, { node, operation: "com.microsoft:peek-message", body });
    expect(peeked).toMatchObject({ statusCode: 200 });
  });

  it.each<[0 | 1 | 2, string]>([
    [0, "unsettled"],
    [1, "settled"],
    [2, "mixed"],
  ])("repeats the settle modes of an attach: snd-settle-mode %d (%s)", async (mode) => {
    const { connection, queue } = await open();
    await authorize(connection);
    const modes = { snd_settle_mode: mode, rcv_settle_mode: 0 } as const;
    const links = [
      connection.open_sender({ target: queue, ...modes }),
      connection.open_receiver({ source: queue, ...modes }),
    ];
    await Promise.all(links.map(opened));
    expect(links.map(({ snd_settle_mode }) => snd_settle_mode)).toEqual([mode, mode]);
    expect(links.map(({ rcv_settle_mode }) => rcv_settle_mode)).toEqual([0, 0]);
  });

  it("refuses a link by an attach without source and target, and a detach with the error", async () => {
    const { connection } = await open();
    await authorize(connection);
    const openLinks = [
      () => connection.open_sender({ target: "none" }),
      () => connection.open_receiver({ source: "none" }),
    ];
    for (const openLink of openLinks) {
      const link = openLink();
      await expect(opened(link)).rejects.toThrow("amqp:not-found");
      expect([link.source, link.target]).toEqual([types.wrap(null), types.wrap(null)]);
    }
  });

  it("rejects an unknown operation", async () => {
    const { connection, queue } = await open();
    await authorize(connection);
    const node = `${queue}/$management`;
    expect(await request(connection, { node, operation: "com.microsoft:unknown", body: {} })).toMatchObject({
      statusCode: 501,
      errorCondition: "amqp:not-implemented",
    });
  });

  it("rejects a request with a missing or mistyped field", async () => {
    const { connection, queue } = await open();
    await authorize(connection);
    for (const body of [{}, { "lock-tokens": "none" }, { "lock-tokens": ["text"] }]) {
      const node = `${queue}/$management`;
      const response = await request(connection, { node, operation: "com.microsoft:renew-lock", body });
      expect(response).toMatchObject({ statusCode: 400, errorCondition: "com.microsoft:argument-error" });
    }
  });

  it("rejects a transfer that is neither a message nor a batch", async () => {
    const { connection, queue, bus } = await open();
    await authorize(connection);
    const sender = await openSender(connection, queue);
    expect(await send(sender, { body: "single" })).toBe("accepted");
    expect(await send(sender, Buffer.from("no message"), 0)).toBe("amqp:decode-error");
    expect(await send(sender, rhea.message.encode({ body: "?" }), 7)).toBe("amqp:not-implemented");
    expect(bus.snapshot()[queue]?.active).toBe(1);
  });

  it("rejects a message over 256 KB", async () => {
    const { connection, queue } = await open();
    await authorize(connection);
    const sender = await openSender(connection, queue);
    expect(sender.max_message_size).toBe(256 * 1024);
    expect(await send(sender, { body: "y".repeat(256 * 1024) })).toBe("amqp:link:message-size-exceeded");
  });

  it("delivers no more messages than the link credit allows", async () => {
    const { connection, queue, bus } = await open();
    await authorize(connection);
    const sender = await openSender(connection, queue);
    for (let i = 0; i < 5; i++) await send(sender, { body: i });
    const receiver = connection.open_receiver({ source: queue, credit_window: 0, autoaccept: false });
    const bodies: unknown[] = [];
    receiver.on("message", ({ message }: EventContext) => bodies.push(message?.body));
    await opened(receiver);
    receiver.add_credit(2);
    receiver.drain_credit();
    await once(receiver, "receiver_drained");
    expect(bodies).toEqual([0, 1]);
    expect(bus.snapshot()[queue]).toMatchObject({ active: 3, locked: 2 });
  });

  it("attaches a link before it delivers, also when the credit comes together with the client's attach", async () => {
    const { connection, queue } = await open();
    await authorize(connection);
    await send(await openSender(connection, queue), { body: 1 });
    const receiver = connection.open_receiver({ source: queue, credit_window: 0 });
    receiver.add_credit(1);
    const [{ message }] = (await once(receiver, "message")) as [EventContext];
    expect(message?.body).toBe(1);
  });

  it("responds to every drain, also when no credit is left", async () => {
    const { connection, queue } = await open();
    await authorize(connection);
    const receiver = connection.open_receiver({ source: queue, credit_window: 0 });
    await opened(receiver);
    for (const credit of [3, 0, 0]) {
      const drained = once(receiver, "receiver_drained");
      receiver.add_credit(credit);
      receiver.drain_credit();
      await drained;
    }
  });

  it("redelivers a message that the client releases", async () => {
    const { connection, queue } = await open();
    await authorize(connection);
    await send(await openSender(connection, queue), { body: types.wrap_int(7) });
    const receiver = connection.open_receiver({ source: queue, credit_window: 1, autoaccept: false });
    const [first] = (await once(receiver, "message")) as [EventContext];
    first.delivery?.release();
    const [second] = (await once(receiver, "message")) as [EventContext];
    expect(second.message).toMatchObject({ body: 7, delivery_count: 1 });
  });

  it("ignores the detach of a link whose session has ended", async () => {
    const { connection, queue } = await open();
    await authorize(connection);
    const session = connection.create_session();
    session.begin();
    const link = session.open_sender({ target: queue });
    await opened(link);
    session.close();
    await once(session, "session_close");
    const { local } = link as unknown as { readonly local: { readonly detach: object } };
    (session as unknown as { output(frame: object): void }).output(local.detach);
    expect(await send(await openSender(connection, queue), { body: 1 })).toBe("accepted");
  });

  it("keeps serving other clients after a protocol error of one", async () => {
    const { connection, queue, port } = await open();
    const socket = createConnection(port, "127.0.0.1");
    const warned = vi.spyOn(process, "emitWarning").mockReturnValue();
    onTestFinished(() => warned.mockRestore());
    socket.write("GET / HTTP/1.1\r\n\r\n");
    await once(socket, "close");
    expect(warned).toHaveBeenCalledWith(expect.objectContaining({ name: "ProtocolError" }));
    await authorize(connection);
    expect(await send(await openSender(connection, queue), { body: 1 })).toBe("accepted");
  });
});
