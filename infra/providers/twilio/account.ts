/** The company's account at Twilio, and the addresses of both sides. */
export interface TwilioAccount {
  readonly accountSid: string;
  /** The tokens whose signatures are valid: two during a rotation. The first one authorises requests without an API key. */
  readonly authTokens: readonly [string, ...string[]];
  /** Authorises requests in place of the token. */
  readonly apiKey?: { readonly sid: string; readonly secret: string };
  /** Without a trailing slash. */
  readonly apiUrl: string;
  /** Our address for Twilio's calls, without a query. */
  readonly webhookUrl: string;
}

/**
 * The fragment that a webhook's address needs. Without it, Twilio retries only when it gets no connection, so a text
 * that meets an error of ours would be lost. Source: Twilio, webhooks connection overrides.
 */
export const RETRY_FRAGMENT = "#rc=3&rp=all";
