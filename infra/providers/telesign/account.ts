/** The company's account at TeleSign, and where both sides are reached. */
export interface TelesignAccount {
  readonly customerId: string;
  /** Base64, as TeleSign gives it out: used as it is to ask, and decoded to sign. */
  readonly apiKey: string;
  /** Without a slash at the end. */
  readonly apiUrl: string;
  /** Ours. */
  readonly webhookUrl: string;
}
