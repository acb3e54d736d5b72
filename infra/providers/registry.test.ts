import { describe, expect, it } from "vitest";
import { providerContract } from "../../tests/contracts/provider.contract.ts";
import { CHANNEL, type ProviderUnderTest } from "../../tests/contracts/provider-stage.ts";
import { PROVIDER_SETUPS } from "./registry.ts";

const PROVIDERS: readonly ProviderUnderTest[] = [
  {
    name: "acs",
    number: () => ({ number: CHANNEL, provider: "acs" }),
    settings: ({ acsConnectionString }) => ({ ACS_CONNECTION_STRING: acsConnectionString }),
    wrongKey: ({ url }) => ({ ACS_CONNECTION_STRING: `endpoint=${url}/;accesskey=d3Jvbmc=` }),
    optedOut: { at: "report", code: 4007 },
    failures: [
      [4006, "handset-unreachable"],
      [9999, "unknown"],
    ],
  },
  {
    name: "telesign",
    number: () => ({ number: CHANNEL, provider: "telesign", type: "long-code" }),
    settings: ({ url, telesignAccount: { customerId, apiKey } }) => ({
      TELESIGN_CUSTOMER_ID: customerId,
      TELESIGN_API_KEY: apiKey,
      TELESIGN_API_URL: url,
    }),
    wrongKey: () => ({ TELESIGN_API_KEY: "d3Jvbmc=" }),
    optedOut: { at: "report", code: 510 },
    failures: [
      [210, "handset-unreachable"],
      [207, "unknown"],
    ],
  },
  {
    name: "twilio",
    number: (app) => ({
      number: CHANNEL,
      provider: "twilio",
      type: "long-code",
      smsUrl: `${app}/api/webhooks/twilio#rc=3&rp=all`,
    }),
    settings: ({ url, twilioAccount: { accountSid, authToken, secondaryAuthToken } }) => ({
      TWILIO_ACCOUNT_SID: accountSid,
      TWILIO_AUTH_TOKEN: authToken,
      TWILIO_SECONDARY_AUTH_TOKEN: secondaryAuthToken,
      TWILIO_API_URL: url,
    }),
    wrongKey: () => ({ TWILIO_AUTH_TOKEN: "9".repeat(32) }),
    optedOut: { at: "send", code: 21610 },
    failures: [
      [30003, "handset-unreachable"],
      [30008, "unknown"],
    ],
  },
];

describe.each(PROVIDERS)("$name", (provider) => providerContract(provider));

it("runs the contract for every provider of the registry", () => {
  expect(PROVIDERS.map(({ name }) => name)).toEqual(Object.keys(PROVIDER_SETUPS));
});
