/**
 * The keywords to which the carriers reply on toll-free numbers in North America, for every provider.
 * Source: Azure Communication Services, SMS FAQ (STOP, UNSTOP, START) and messaging policy (the others).
 */
export const CARRIER_KEYWORDS: readonly string[] = [
  "STOP",
  "STOPALL",
  "UNSUBSCRIBE",
  "CANCEL",
  "END",
  "QUIT",
  "START",
  "UNSTOP",
];
