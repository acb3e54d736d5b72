import { BrokerError } from "../broker-error.ts";
import type { Entity } from "../entity.ts";
import { manage } from "./management.ts";
import { amqpError } from "./outcomes.ts";
import { ReceivingLink } from "./receiving-link.ts";
import { encodeResponse, type Request } from "./request.ts";
import { ResponseLinks } from "./response-links.ts";
import type { Connection, Link, Receiver, Sender, Session } from "./rhea.ts";
import { refuse } from "./rhea-patches.ts";
import { decodeTransfer, openSendingLink, type TransferHandler } from "./sending-link.ts";
import { SessionLink, sessionFilterOf } from "./session-link.ts";
import { authorizedPath } from "./shared-access.ts";

/** The node that takes tokens ("claims-based security"), and the one that each entity has for management. */
const CBS = "$cbs";
const MANAGEMENT = "/$management";

/** Finds the queue, or the dead-letter queue, of an address. */
export type FindEntity = (address: string) => Entity | undefined;

/** One client's connection: what it may do, and the links it has open. */
export class ClientConnection {
  readonly #findEntity: FindEntity;
  readonly #authorizedPaths = new Set<string>();
  readonly #responseLinks = new ResponseLinks();
  /** How to clear up after each link on which the client receives. */
  readonly #cleanups = new Map<Sender, () => void>();

  constructor(connection: Connection, findEntity: FindEntity) {
    this.#findEntity = findEntity;
    // A socket can end in ways of which rhea tells nothing; this event always comes.
    connection.socket.once("close", () => {
      for (const sender of this.#cleanups.keys()) this.closeSender(sender);
    });
  }

  /** The client asks for a link on which to receive. */
  openSender(sender: Sender): void {
    const address = sender.source?.address ?? "";
    sender.local.attach.snd_settle_mode = sender.snd_settle_mode;
    sender.local.attach.rcv_settle_mode = sender.rcv_settle_mode;
    sender.set_source({ address });
    sender.set_target({ address: sender.target?.address });
    refuseOnError(sender, () => this.#cleanups.set(sender, this.#openReceivingLink(sender, address)));
  }

  /** The client asks for a link on which to send. */
  openReceiver(receiver: Receiver): void {
    const address = receiver.target?.address ?? "";
    receiver.set_target({ address });
    receiver.set_source({ address: receiver.source?.address });
    refuseOnError(receiver, () => openSendingLink(receiver, this.#transferHandlerFor(address)));
  }

  closeSender(sender: Sender): void {
    this.#cleanups.get(sender)?.();
    this.#cleanups.delete(sender);
  }

  /** The client ended an AMQP session, and with it the links in it. */
  closeSession(session: Session): void {
    for (const sender of this.#cleanups.keys()) if (sender.session === session) this.closeSender(sender);
  }

  /** Starts to serve a link on which the client receives; returns how to stop. */
  #openReceivingLink(sender: Sender, address: string): () => void {
    if (address === CBS || this.#managedEntity(address)) {
      sender.attach();
      return this.#responseLinks.open(sender);
    }
    const entity = this.#entityAt(address);
    entity.checkReceive();
    const filter = sessionFilterOf(sender);
    const { sessions } = entity.queue;
    if (Boolean(filter) !== Boolean(sessions)) throw sessionMismatch(entity);
    const link =
      filter && sessions ? new SessionLink(sender, entity, sessions, filter) : new ReceivingLink(sender, entity);
    return () => link.close();
  }

  #transferHandlerFor(address: string): TransferHandler {
    if (address === CBS) return (bytes) => this.#responseLinks.respond(bytes, (request) => this.#authorize(request));
    const managed = this.#managedEntity(address);
    if (managed) return (bytes) => this.#responseLinks.respond(bytes, (request) => runOperation(managed, request));
    const entity = this.#entityAt(address);
    return (bytes, format) => {
      entity.send(decodeTransfer(bytes, format));
    };
  }

  #authorize(request: Request): Buffer {
    if (request.operation !== "put-token") throw unknownOperation(request);
    this.#authorizedPaths.add(authorizedPath(request));
    return encodeResponse(request, 202);
  }

  /** The entity whose management node has this address; nothing when it is no such address. */
  #managedEntity(address: string): Entity | undefined {
    return address.endsWith(MANAGEMENT) ? this.#entityAt(address.slice(0, -MANAGEMENT.length), address) : undefined;
  }

  #entityAt(address: string, node = address): Entity {
    if (!this.#isAuthorized(node.toLowerCase())) {
      throw new BrokerError("amqp:unauthorized-access", `Unauthorized access. No valid token was put for '${node}'.`);
    }
    const entity = this.#findEntity(address);
    if (entity) return entity;
    throw new BrokerError("amqp:not-found", `The messaging entity '${address}' could not be found.`);
  }

  #isAuthorized(path: string): boolean {
    for (const opened of this.#authorizedPaths) {
      if (opened === "" || path === opened || path.startsWith(`${opened}/`)) return true;
    }
    return false;
  }
}

const refuseOnError = (link: Link, open: () => void): void => {
  try {
    open();
  } catch (cause) {
    refuse(link, amqpError(cause));
  }
};

const runOperation = (entity: Entity, request: Request): Buffer => {
  const answer = manage(entity, request.operation, request.body);
  return encodeResponse(request, answer ? 200 : 204, answer);
};

const unknownOperation = ({ operation }: Request): BrokerError =>
  new BrokerError("amqp:not-implemented", `The twin does not know the operation '${operation}'.`);

const sessionMismatch = ({ name, queue }: Entity): BrokerError =>
  new BrokerError(
    "amqp:not-allowed",
    queue.sessions
      ? `It is not possible for an entity that requires sessions to create a non-sessionful message receiver: '${name}'.`
      : `A sessionful message receiver cannot be created on an entity that does not require sessions: '${name}'.`,
  );
