import * as z from "zod";
import { TransientError } from "../../../shared/kernel/errors.ts";
import { basicAuthorization } from "../http/basic-authorization.ts";
import { type HttpResponse, sendRequest } from "../http/request.ts";
import { requestWithRetry } from "../http/request-with-retry.ts";
import type { TwilioAccount } from "./account.ts";

/** For one answer, in milliseconds: as long as Twilio itself waits for ours. Four of them end well before the lock. */
const TIMEOUT_MS = 15_000;

type Fields = Readonly<Record<string, string>>;

const errorSchema = z.object({ code: z.number().transform(String) });

/** What Twilio says is wrong, such as "21610"; nothing when it says nothing. */
export const errorCodeOf = ({ body }: HttpResponse): string | undefined => errorSchema.safeParse(body).data?.code;

/** Twilio's REST API, version 2010-04-01, below the account. */
export class TwilioApi {
  readonly #account: TwilioAccount;
  readonly #wait: (seconds: number) => Promise<void>;

  constructor(account: TwilioAccount, wait: (seconds: number) => Promise<void>) {
    this.#account = account;
    this.#wait = wait;
  }

  /** @throws as `askPatiently` does. */
  async post(path: string, form: Fields, purpose: string): Promise<HttpResponse> {
    return requestWithRetry({ ...this.#question(path, purpose), method: "POST", form }, this.#wait);
  }

  /** @throws TransientError when there is no answer, or none of these: reading has no outcome that could be unknown. */
  async get(path: string, query: Fields, purpose: string): Promise<HttpResponse> {
    return this.#get(`${path}?${new URLSearchParams(query)}`, this.#requester(), purpose);
  }

  /** The account itself, which no standard API key may see: so it tells whether the token is good. */
  async getAccount(purpose: string): Promise<HttpResponse> {
    return this.#get(".json", this.#owner(), purpose);
  }

  async #get(pathAndQuery: string, authorization: string, purpose: string): Promise<HttpResponse> {
    const answer = await sendRequest({ ...this.#question(pathAndQuery, purpose), authorization, method: "GET" });
    if (answer.status === 429 || answer.status >= 500) throw new TransientError(`${purpose}: status ${answer.status}`);
    return answer;
  }

  #question(path: string, purpose: string) {
    const url = `${this.#account.apiUrl}/2010-04-01/Accounts/${this.#account.accountSid}${path}`;
    return { purpose, url, authorization: this.#requester(), timeoutMs: TIMEOUT_MS };
  }

  #owner(): string {
    return basicAuthorization(this.#account.accountSid, this.#account.authTokens[0]);
  }

  #requester(): string {
    const { apiKey } = this.#account;
    return apiKey ? basicAuthorization(apiKey.sid, apiKey.secret) : this.#owner();
  }
}
