import { BrokerError } from "../broker-error.ts";
import type { Entity } from "../entity.ts";
import { runManagementOperation } from "./management.ts";
import { amqpError } from "./outcomes.ts";
import { ReceivingLink } from "./receiving-link.ts";
import { CBS_PROPERTIES, MANAGEMENT_PROPERTIES, type Request, type Response, unknownOperation } from "./request.ts";
import { type Responder, ResponseLinks } from "./response-links.ts";
import type { Connection, Link, Receiver, Sender, Session } from "./rhea.ts";
import { refuse } from "./rhea-patches.ts";
import { decodeTransfer, openSendingLink, type TransferHandler } from "./sending-link.ts";
import { SessionLink, sessionFilterOf } from "./session-link.ts";
import { verifyToken } from "./shared-access.ts";

/** The node for claims-based security, which receives tokens. */
const CBS = "$cbs";
/** The suffix of the management node of an entity. */
const MANAGEMENT = "/$management";

/** Finds the queue or dead-letter queue at an address. */
export type FindEntity = (address: string) => Entity | undefined;

/** A client's connection: its authorization and its links. */
export class ClientConnection {
  readonly #findEntity: FindEntity;
  readonly #authorizedPaths = new Set<string>();
  readonly #responseLinks = new ResponseLinks();
  /** Functions that clean up after the links on which the client receives. */
  readonly #cleanups = new Map<Sender, () => void>();

  constructor(connection: Connection, findEntity: FindEntity) {
    this.#findEntity = findEntity;
    // rhea does not report every way in which a socket ends, but the socket always emits this event.
    connection.socket.once("close", () => {
      for (const sender of this.#cleanups.keys()) this.closeSender(sender);
    });
  }

  /** Handles the attach of a link on which the client receives. */
  openSender(sender: Sender): void {
    const address = sender.source?.address ?? "";
    repeatSettleModes(sender);
    sender.set_source({ address });
    sender.set_target({ address: sender.target?.address });
    refuseOnError(sender, () => this.#cleanups.set(sender, this.#openReceivingLink(sender, nodeAt(address))));
  }

  /** Handles the attach of a link on which the client sends. */
  openReceiver(receiver: Receiver): void {
    const address = receiver.target?.address ?? "";
    repeatSettleModes(receiver);
    receiver.set_target({ address });
    receiver.set_source({ address: receiver.source?.address });
    refuseOnError(receiver, () => openSendingLink(receiver, this.#transferHandlerFor(nodeAt(address))));
  }

  closeSender(sender: Sender): void {
    this.#cleanups.get(sender)?.();
    this.#cleanups.delete(sender);
  }

  /** Handles the end of an AMQP session, which closes its links. */
  closeSession(session: Session): void {
    for (const sender of this.#cleanups.keys()) if (sender.session === session) this.closeSender(sender);
  }

  /** @returns a function that cleans up when the link closes. */
  #openReceivingLink(sender: Sender, address: string): () => void {
    if (address === CBS || this.#managedEntity(address)) {
      sender.attach();
      return this.#responseLinks.add(sender);
    }
    const entity = this.#entityAt(address);
    entity.checkReceive();
    const filter = sessionFilterOf(sender);
    const { sessions } = entity.queue;
    if (Boolean(filter) !== Boolean(sessions)) throw sessionMismatch(entity);
    const link =
      filter && sessions ? new SessionLink(sender, { entity, sessions, filter }) : new ReceivingLink(sender, entity);
    return () => link.close();
  }

  #transferHandlerFor(address: string): TransferHandler {
    const responder = this.#responderAt(address);
    if (responder) return (bytes) => this.#responseLinks.respond(bytes, responder);
    const entity = this.#entityAt(address);
    return (bytes, format) => {
      entity.send(decodeTransfer(bytes, format));
    };
  }

  /** @returns undefined when the address is that of an entity. */
  #responderAt(address: string): Responder | undefined {
    if (address === CBS) return { properties: CBS_PROPERTIES, handle: (request) => this.#authorize(request) };
    const managed = this.#managedEntity(address);
    return managed && { properties: MANAGEMENT_PROPERTIES, handle: (request) => manage(managed, request) };
  }

  #authorize(request: Request): Response {
    if (request.operation !== "put-token") throw unknownOperation(request.operation);
    this.#authorizedPaths.add(verifyToken(request));
    return { statusCode: 202 };
  }

  /** @returns undefined when the address is not that of a management node. */
  #managedEntity(address: string): Entity | undefined {
    return address.endsWith(MANAGEMENT) ? this.#entityAt(address.slice(0, -MANAGEMENT.length), address) : undefined;
  }

  #entityAt(address: string, node = address): Entity {
    if (!this.#isAuthorized(node.toLowerCase())) {
      throw new BrokerError("amqp:unauthorized-access", `Unauthorized access. There is no valid token for '${node}'.`);
    }
    const entity = this.#findEntity(address);
    if (entity) return entity;
    throw new BrokerError("amqp:not-found", `The messaging entity '${address}' could not be found.`);
  }

  #isAuthorized(path: string): boolean {
    for (const authorized of this.#authorizedPaths) {
      if (authorized === "" || path === authorized || path.startsWith(`${authorized}/`)) return true;
    }
    return false;
  }
}

/** The node at an address. Some clients write a path, which begins with a slash. */
const nodeAt = (address: string): string => address.replace(/^\//, "");

/** Accepts the settle modes that the client requests. A .NET client closes a link with others. */
const repeatSettleModes = ({ local, snd_settle_mode, rcv_settle_mode }: Link): void => {
  Object.assign(local.attach, { snd_settle_mode, rcv_settle_mode });
};

const refuseOnError = (link: Link, open: () => void): void => {
  try {
    open();
  } catch (cause) {
    refuse(link, amqpError(cause));
  }
};

const manage = (entity: Entity, request: Request): Response => {
  const body = runManagementOperation(entity, request.operation, request.body);
  return { statusCode: body ? 200 : 204, body };
};

const sessionMismatch = ({ name, queue }: Entity): BrokerError =>
  new BrokerError(
    "amqp:not-allowed",
    queue.sessions
      ? `It is not possible for an entity that requires sessions to create a non-sessionful message receiver: '${name}'.`
      : `A sessionful message receiver cannot be created on an entity that does not require sessions: '${name}'.`,
  );
