/** The company's account at TeleSign, and the addresses of both sides. */
export interface TelesignAccount {
  readonly customerId: string;
  /** Base64, as TeleSign issues it: used as it is to authorise requests, and decoded to verify signatures. */
  readonly apiKey: string;
  /** Without a trailing slash. */
  readonly apiUrl: string;
  /** Our address for TeleSign's calls. */
  readonly webhookUrl: string;
}
