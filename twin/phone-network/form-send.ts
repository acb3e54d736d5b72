import type { NodeContext } from "../http/app-server.ts";
import { type Form, readForm } from "./form.ts";
import { FAULT_MESSAGE, type FaultStatus, type SendFaults } from "./send-faults.ts";

/** A send request that fails. */
interface SendFailure {
  /** HTTP status. */
  readonly status: number;
  /** The provider's error code. */
  readonly code: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A provider's API that sends a text to one recipient with a form. */
interface FormSendApi<Request extends { readonly from: string; readonly to: string }> {
  /** The provider's error codes for a body that is not a form, an invalid recipient, and HTTP statuses by faults. */
  readonly errorCodes: Readonly<Record<"malformed" | "invalidRecipient" | FaultStatus, number>>;
  /** Validates the form. @returns the error response when it is invalid. */
  readonly read: (form: Form) => Request | Response;
  /** Sends the text and makes the response. */
  readonly send: (request: Request) => Response;
  /** Makes the error response. @param form - empty when the body is not a form. */
  readonly fail: (failure: SendFailure, form: Form) => Response;
}

/** Serves a send request through the faults. */
export const serveFormSend = async <Request extends { readonly from: string; readonly to: string }>(
  c: NodeContext,
  faults: SendFaults,
  { errorCodes, read, send, fail }: FormSendApi<Request>,
): Promise<Response> => {
  const form = await readForm(c);
  if (!form) {
    return fail(
      { status: 400, code: errorCodes.malformed, message: "The body must be a form without repeated fields." },
      {},
    );
  }
  const request = read(form);
  if (request instanceof Response) return request;
  const parties = [request.from, request.to];
  return faults.serve(c, {
    parties,
    send: () => {
      const refusal = faults.takeRefusal(parties);
      if (!refusal) return send(request);
      const { httpStatusCode: status, code = errorCodes.invalidRecipient, errorMessage: message } = refusal;
      return fail({ status, code, message }, form);
    },
    fail: (status, headers) => fail({ status, code: errorCodes[status], message: FAULT_MESSAGE, headers }, form),
  });
};
