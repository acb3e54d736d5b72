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
 * rhea is made for clients. What a broker needs to be done in another way is done here, and only here is it known how
 * rhea works inside.
 */

/** The message format which stands for "an ordinary message": rhea would decode format 0 and forget the bytes. */
export const DEFAULT_MESSAGE_FORMAT = 0xffff_ffff;

/** A rhea container with what a Service Bus needs to do differently. */
export const createContainer = (id: string): Container => {
  const container = newContainer(id);
  container.sasl_server_mechanisms.enable_anonymous();
  container.on("session_open", ({ session }: { session: Session }) => {
    keepMessagesEncoded(session);
    disableAutomaticAttach(session);
  });
  return container;
};

/** Messages arrive as bytes, so that what the broker need not know is stored and sent on as it came. */
const keepMessagesEncoded = (session: Session): void => {
  const onTransfer = session.on_transfer;
  session.on_transfer = (frame) => {
    if (!frame.performative.message_format) frame.performative.message_format = DEFAULT_MESSAGE_FORMAT;
    onTransfer.call(session, frame);
  };
};

/** rhea answers an attach at once; the broker may have to wait for a session first. It answers by `link.attach()`. */
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
 * rhea leaves a drain unanswered when no credit is left to give back, as when the last message crossed the drain on
 * its way. The client would wait, give up, and close the link with messages locked.
 */
const respondToEveryDrain = (sender: Sender): void => {
  sender._get_drain = () => {
    const draining = sender._draining;
    if (draining) {
      sender.delivery_count += sender.credit;
      sender.credit = 0;
      sender._draining = false;
    }
    return draining;
  };
};

/** Answers the client's request to drain the link's credit, after the messages that are already on their way. */
export const respondToDrain = (sender: Sender): void => {
  sender.issue_flow = true;
  sender.connection._register();
};

/** How many more messages the client allows on a link, those not counted that still wait to be written. */
export const remainingCredit = ({ session, credit }: Sender): number => {
  const { outgoing } = session;
  const unsent = outgoing.next_delivery_id - outgoing.next_pending_delivery;
  return Math.min(credit - unsent, outgoing.available());
};

/** Settles a delivery on both ends: rhea else keeps it in a buffer of 2,048, and when that is full the link stands. */
export const settle = (sent: Sent, outcome: Outcome): void => {
  sent.update(true, outcome);
  sent.remote_settled = true;
};

/**
 * Writes an empty frame whenever a read causes no other. Clients keep Nagle's algorithm on, so that without it each
 * new link waits 40 ms for a delayed acknowledgement.
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

/** Closes a link that cannot be had: AMQP wants the attach answered first, with the error in the detach after it. */
export const refuse = (link: Link, error: AmqpError): void => {
  link.attach();
  link.close(error);
};
