import * as z from "zod";
import { TransientError } from "../../../shared/kernel/errors.ts";
import { basicAuthorization } from "../http/basic-authorization.ts";
import { type HttpRequest, type HttpResponse, sendRequest, sendUnlessBusy } from "../http/request.ts";
import type { TwilioAccount } from "./account.ts";

/** Limit for one response, in milliseconds: as long as Twilio waits for ours. */
const TIMEOUT_MS = 15_000;

type Fields = Readonly<Record<string, string>>;

const errorSchema = z.object({ code: z.number().transform(String) });

/** @returns Twilio's error code, such as "21610"; undefined when the response has none. */
export const errorCodeOf = ({ body }: HttpResponse): string | undefined => errorSchema.safeParse(body).data?.code;

/** Twilio's REST API, version 2010-04-01: the resources of one account. */
export class TwilioApi {
  readonly #account: TwilioAccount;

  constructor(account: TwilioAccount) {
    this.#account = account;
  }

  /**
   * Posts a form. The response may have any status but 429.
   * @param purpose - names the request in errors.
   * @throws TransientError or OutcomeUnknownError as `sendUnlessBusy` does.
   */
  async post(path: string, form: Fields, purpose: string): Promise<HttpResponse> {
    return sendUnlessBusy({ ...this.#request(path, purpose), method: "POST", form });
  }

  /**
   * Reads a resource. The response may have any status below 500 but 429.
   * @param purpose - names the request in errors.
   * @throws TransientError otherwise.
   */
  async get(path: string, query: Fields, purpose: string): Promise<HttpResponse> {
    return this.#get(this.#request(`${path}?${new URLSearchParams(query)}`, purpose));
  }

  /**
   * Reads the account itself, with the token: a standard API key may not read it.
   * @throws TransientError as `get` does.
   */
  async getAccount(purpose: string): Promise<HttpResponse> {
    return this.#get({ ...this.#request(".json", purpose), authorization: this.#tokenAuthorization() });
  }

  async #get(request: Omit<HttpRequest, "method">): Promise<HttpResponse> {
    const response = await sendRequest({ ...request, method: "GET" });
    const { status } = response;
    if (status === 429 || status >= 500) throw new TransientError(`${request.purpose}: status ${status}`);
    return response;
  }

  #request(path: string, purpose: string): Omit<HttpRequest, "method"> {
    const { apiUrl, accountSid, apiKey } = this.#account;
    return {
      purpose,
      url: `${apiUrl}/2010-04-01/Accounts/${accountSid}${path}`,
      authorization: apiKey ? basicAuthorization(apiKey.sid, apiKey.secret) : this.#tokenAuthorization(),
      timeoutMs: TIMEOUT_MS,
    };
  }

  #tokenAuthorization(): string {
    return basicAuthorization(this.#account.accountSid, this.#account.authTokens[0]);
  }
}
