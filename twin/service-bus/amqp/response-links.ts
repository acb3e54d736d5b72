import { BrokerError } from "../broker-error.ts";
import {
  encodeErrorResponse,
  encodeResponse,
  type Request,
  type Response,
  type ResponseProperties,
  readRequest,
} from "./request.ts";
import type { Sender } from "./rhea.ts";

/** A node that responds to requests. */
export interface Responder {
  readonly properties: ResponseProperties;
  /** @throws the error of an error response. */
  handle(request: Request): Response;
}

/** The links of a connection on which the client receives the responses to its requests. */
export class ResponseLinks {
  readonly #links = new Map<string, Sender>();

  /** @returns a function that removes the link. */
  add(sender: Sender): () => void {
    // `reply-to` is the address of the link's target or, on `$cbs`, where the target has no address, the link's name.
    const name = sender.target?.address || sender.name;
    this.#links.set(name, sender);
    return () => this.#links.delete(name);
  }

  /**
   * Handles a request and sends the response, which is an error response when the responder throws.
   * @throws BrokerError when the bytes are not a request, or there is no link for the response.
   */
  respond(bytes: Buffer, responder: Responder): void {
    const request = readRequest(bytes);
    const link = this.#links.get(request.replyTo);
    if (!link) throw new BrokerError("amqp:not-found", `There is no link for responses to '${request.replyTo}'.`);
    link.send(responseTo(request, responder), undefined, 0);
  }
}

const responseTo = (request: Request, { properties, handle }: Responder): Buffer => {
  try {
    return encodeResponse(request, properties, handle(request));
  } catch (cause) {
    return encodeErrorResponse(request, properties, cause);
  }
};
