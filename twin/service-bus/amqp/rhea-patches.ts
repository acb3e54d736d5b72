import {
  type AmqpError,
  type Connection,
  type Container,
  type Link,
  newContainer,
  type Outcome,
  type Sender,
  type Sent,
  type Session,
} from "./rhea.ts";

/*
 * rhea is written for clients. This file patches what a broker needs to behave differently, and is the only one that
 * relies on rhea's internals.
 */

/** Replaces message format 0, for which rhea would decode the message and drop its bytes. */
export const DEFAULT_MESSAGE_FORMAT = 0xffff_ffff;

/** Creates a rhea container that behaves like Service Bus. */
export const createContainer = (id: string): Container => {
  const container = newContainer(id);
  offerMechanisms(container);
  container.on("connection_open", ({ connection }: { connection: Connection }) => ignoreLateDetaches(connection));
  container.on("session_open", ({ session }: { session: Session }) => {
    keepMessagesEncoded(session);
    writeAttachesBeforeTransfers(session);
    disableAutomaticAttach(session);
  });
  return container;
};

/**
 * Offers the SASL mechanisms of Service Bus that need no password. With MSSBCBS, the only one of .NET clients, a client
 * announces that its tokens follow through claims-based security; to a server it is the same as ANONYMOUS.
 */
const offerMechanisms = ({ sasl_server_mechanisms: mechanisms }: Container): void => {
  mechanisms.enable_anonymous();
  mechanisms.MSSBCBS = mechanisms.ANONYMOUS;
};

/**
 * Ignores the detach of a link whose session has ended, which closed the link. The SDK closes both at once, and may write the
 * detach last; rhea would close the connection, and with it the links of all other queues.
 */
const ignoreLateDetaches = (connection: Connection): void => {
  const onDetach = connection.on_detach;
  connection.on_detach = (frame) => {
    if (connection.remote_channel_map[frame.channel]) onDetach.call(connection, frame);
  };
};

/** Passes received messages on as bytes, so that the broker can store and forward them unchanged. */
const keepMessagesEncoded = (session: Session): void => {
  const onTransfer = session.on_transfer;
  session.on_transfer = (frame) => {
    if (!frame.performative.message_format) frame.performative.message_format = DEFAULT_MESSAGE_FORMAT;
    onTransfer.call(session, frame);
  };
};

/**
 * Writes the attach of a link before its first transfers. rhea writes transfers first, which is too early when a client
 * sends credit together with its attach.
 */
const writeAttachesBeforeTransfers = (session: Session): void => {
  const { outgoing } = session;
  const writeTransfers = outgoing.process;
  outgoing.process = () => {
    for (const { state, local } of Object.values(session.links)) {
      if (state.need_open()) session.output(local.attach);
    }
    writeTransfers.call(outgoing);
  };
};

/**
 * Leaves the response to an attach to the broker, which calls `link.attach()`. rhea responds at once, but a broker may
 * have to wait for a session.
 */
const disableAutomaticAttach = (session: Session): void => {
  const createLink = session.create_link;
  session.create_link = (name, kind, options) => {
    const link = createLink.call(session, name, kind, options);
    link.open = () => {};
    if (link.is_sender()) respondToEveryDrain(link as Sender);
    return link;
  };
};

/**
 * rhea does not respond to a drain when no credit is left, for example because the last message crossed the drain on
 * the wire. The client would time out and close the link while messages are locked.
 */
const respondToEveryDrain = (sender: Sender): void => {
  sender._get_drain = () => {
    const isDraining = sender._draining;
    if (isDraining) {
      sender.delivery_count += sender.credit;
      sender.credit = 0;
      sender._draining = false;
    }
    return isDraining;
  };
};

/** Responds to a drain of the link's credit, after the messages that are already queued for writing. */
export const respondToDrain = (sender: Sender): void => {
  sender.issue_flow = true;
  sender.connection._register();
};

/** The link credit that is left after the messages that are queued for writing. */
export const remainingCredit = ({ session, credit }: Sender): number => {
  const { outgoing } = session;
  const unsent = outgoing.next_delivery_id - outgoing.next_pending_delivery;
  return Math.min(credit - unsent, outgoing.available());
};

/**
 * Settles a delivery on both ends. rhea keeps deliveries that are settled on one end only in a buffer of 2,048; when it
 * is full, the link stalls.
 */
export const settle = (sent: Sent, outcome: Outcome): void => {
  sent.update(true, outcome);
  sent.remote_settled = true;
};

/**
 * Writes an empty frame after a read that causes no other write. Clients use Nagle's algorithm, so without that frame
 * every new link waits 40 ms for a delayed TCP acknowledgement.
 */
export const avoidDelayedAcknowledgements = (connection: Connection): void => {
  const { socket } = connection;
  socket.on("data", () => {
    const written = socket.bytesWritten;
    setImmediate(() => {
      if (socket.bytesWritten === written && socket.writable) connection._write_frame();
    });
  });
};

/**
 * Refuses a link. AMQP requires an attach before the detach with the error; that attach has no source and no target,
 * which announces the detach. Source: AMQP 1.0, section 2.6.3.
 */
export const refuse = (link: Link, error: AmqpError): void => {
  link.local.attach.source = undefined;
  link.local.attach.target = undefined;
  link.attach();
  link.close(error);
};
