/**
 * The words that the carriers' network answers on toll-free numbers in North America, whoever the provider is.
 * Source: Azure Communication Services, SMS FAQ (STOP, UNSTOP, START) and messaging policy (the other words).
 */
export const CARRIER_KEYWORDS: readonly string[] = [
  ...["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"],
  ...["START", "UNSTOP"],
];
