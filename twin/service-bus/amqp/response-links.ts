import { BrokerError } from "../broker-error.ts";
import { encodeErrorResponse, type Request, readRequest } from "./request.ts";
import type { Sender } from "./rhea.ts";

/** The links of one connection on which the client waits for replies to its requests. */
export class ResponseLinks {
  readonly #links = new Map<string, Sender>();

  /** Replies that name this link go to it, until the returned function is called. */
  open(sender: Sender): () => void {
    // A request names the link's target as `reply-to`; one to `$cbs`, where the target has no address, the link itself.
    const name = sender.target?.address || sender.name;
    this.#links.set(name, sender);
    return () => this.#links.delete(name);
  }

  /**
   * Replies to a request; an error of `answer` is a reply too.
   * @throws BrokerError when there is no request in the bytes, or no link for the reply.
   */
  respond(bytes: Buffer, answer: (request: Request) => Buffer): void {
    const request = readRequest(bytes);
    const link = this.#links.get(request.replyTo);
    if (!link) throw new BrokerError("amqp:not-found", `No link waits for replies to '${request.replyTo}'.`);
    link.send(runOrError(request, answer), undefined, 0);
  }
}

const runOrError = (request: Request, answer: (request: Request) => Buffer): Buffer => {
  try {
    return answer(request);
  } catch (cause) {
    return encodeErrorResponse(request, cause);
  }
};
