/** The company's account at Twilio, and where both sides are reached. */
export interface TwilioAccount {
  readonly accountSid: string;
  /** The tokens that may sign webhooks: during a rotation there are two. The first one is also used to ask. */
  readonly authTokens: readonly [string, ...string[]];
  /** Used to ask in place of the token, where there is one. */
  readonly apiKey?: { readonly sid: string; readonly secret: string };
  /** Without a slash at the end. */
  readonly apiUrl: string;
  /** Ours, without a query. */
  readonly webhookUrl: string;
}

/**
 * What a webhook's address has to end with. Unless told so, Twilio tries again only when it got no connection; so a
 * text that meets an error of ours would be lost. Source: Twilio, webhooks connection overrides.
 */
export const RETRIES = "#rc=3&rp=all";
