import type { Entity, Settlement } from "../entity.ts";
import type { QueuedMessage } from "../queue/message.ts";
import { sessionIdOf } from "../queue/queue.ts";
import type { SessionLock } from "../queue/sessions.ts";
import type { Receiver } from "../receivers.ts";
import { accepted, amqpError, rejected } from "./outcomes.ts";
import type { DispositionContext, Sender, Sent, Typed } from "./rhea.ts";
import { remainingCredit, respondToDrain, settle } from "./rhea-patches.ts";
import { entriesOf, itemsOf } from "./sections.ts";

/** `snd-settle-mode` "settled", which requests the receive mode "receive and delete". */
const SETTLED = 1;

/** An open link on which a client receives the messages of a queue or of one session. */
export class ReceivingLink implements Receiver {
  readonly #sender: Sender;
  readonly #entity: Entity;
  readonly #session: SessionLock | undefined;
  readonly #sessionId: string;
  readonly #isReceiveAndDelete: boolean;

  /**
   * Attaches the link.
   * @param session - the session to receive from, in a queue with sessions.
   */
  constructor(sender: Sender, entity: Entity, session?: SessionLock) {
    this.#sender = sender;
    this.#entity = entity;
    this.#session = session;
    this.#sessionId = sessionIdOf(session);
    this.#isReceiveAndDelete = sender.snd_settle_mode === SETTLED;
    this.#handleEvents();
    entity.receivers.add(this.#sessionId, this);
    sender.attach();
  }

  get isReady(): boolean {
    return this.#sender.is_open() && remainingCredit(this.#sender) > 0;
  }

  receiveNext(): boolean {
    if (this.#isReceiveAndDelete) {
      const queued = this.#entity.queue.receiveAndDelete(this.#session);
      if (queued) this.#send(queued);
      return queued !== undefined;
    }
    const delivery = this.#entity.queue.receive(this.#session);
    if (delivery) this.#send(delivery.queued, delivery.token);
    return delivery !== undefined;
  }

  /** Stops deliveries to a closed link. Its session is unlocked; message locks stay until they expire. */
  close(): void {
    this.#entity.receivers.remove(this.#sessionId, this);
    if (this.#session) this.#entity.queue.sessions?.release(this.#session);
  }

  #handleEvents(): void {
    this.#sender.on("sender_flow", () => this.#closeOnFault());
    this.#sender.on("sendable", () => this.#entity.receivers.deliver(this.#sessionId));
    this.#sender.on("sender_draining", () => {
      this.#entity.receivers.deliver(this.#sessionId);
      respondToDrain(this.#sender);
    });
    this.#onOutcome("accepted", () => ({ kind: "complete" }));
    this.#onOutcome("released", () => ({ kind: "abandon", changes: new Map() }));
    this.#onOutcome("modified", modifiedSettlement);
    this.#onOutcome("rejected", rejectedSettlement);
  }

  #closeOnFault(): void {
    const { credit, _draining: isDraining } = this.#sender;
    if (!this.#sender.is_open() || credit <= 0 || isDraining) return;
    try {
      this.#entity.checkReceive();
    } catch (cause) {
      this.#sender.close(amqpError(cause));
    }
  }

  #send(queued: QueuedMessage, token?: Buffer): void {
    this.#sender.send(queued.message.encode(queued), token, 0);
  }

  /** Responds to every success with `accepted`: the client would take an echo of `rejected` for a failure. */
  #onOutcome(event: string, parse: (fields: OutcomeFields) => Settlement): void {
    this.#sender.on(event, ({ delivery }: DispositionContext) => {
      try {
        this.#entity.settle(delivery.tag, parse(delivery.remote_state?.value ?? []));
        settle(delivery, accepted());
      } catch (cause) {
        settle(delivery, rejected(cause));
      }
    });
  }
}

type OutcomeFields = NonNullable<Sent["remote_state"]>["value"];

/** Source: AMQP 1.0, section 3.4.5: delivery-failed, undeliverable-here, message-annotations. */
const modifiedSettlement = ([, undeliverableHere, changes]: OutcomeFields): Settlement => ({
  kind: undeliverableHere?.value === true ? "defer" : "abandon",
  changes: entriesOf(changes),
});

/** The error's info map holds the dead-letter reason and the properties to change. */
const rejectedSettlement = ([error]: OutcomeFields): Settlement => {
  const [, , info] = itemsOf(error);
  const changes = entriesOf(info);
  const reason = textOf(changes.get("DeadLetterReason"));
  const description = textOf(changes.get("DeadLetterErrorDescription"));
  changes.delete("DeadLetterReason");
  changes.delete("DeadLetterErrorDescription");
  return { kind: "dead-letter", changes, reason, description };
};

const textOf = (typed: Typed | undefined): string | undefined =>
  typeof typed?.value === "string" ? typed.value : undefined;
