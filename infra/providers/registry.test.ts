import { acsConnectionString } from "azure-twin/phone-network/acs/account";
import { TELESIGN_ACCOUNT } from "azure-twin/phone-network/telesign/account";
import { TWILIO_ACCOUNT } from "azure-twin/phone-network/twilio/account";
import { describe, expect, it } from "vitest";
import { providerContract } from "../../tests/contracts/provider.contract.ts";
import type { ProviderUnderTest } from "../../tests/contracts/provider-stage.ts";
import { PROVIDER_SETUPS } from "./registry.ts";

const PROVIDERS: readonly ProviderUnderTest[] = [
  {
    name: "acs",
    numberType: "toll-free",
    settings: ({ url }) => ({ ACS_CONNECTION_STRING: acsConnectionString(url) }),
    wrongKey: ({ url }) => ({ ACS_CONNECTION_STRING: acsConnectionString(url, { accessKey: "d3Jvbmc=" }) }),
    optedOut: { at: "report", code: 4007 },
    failures: [
      [4006, "handset-unreachable"],
      [9999, "unknown"],
    ],
  },
  {
    name: "telesign",
    numberType: "long-code",
    settings: ({ url }) => ({
      TELESIGN_CUSTOMER_ID: TELESIGN_ACCOUNT.customerId,
      TELESIGN_API_KEY: TELESIGN_ACCOUNT.apiKey,
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
    numberType: "long-code",
    settings: ({ url }) => ({
      TWILIO_ACCOUNT_SID: TWILIO_ACCOUNT.accountSid,
      TWILIO_AUTH_TOKEN: TWILIO_ACCOUNT.authToken,
      TWILIO_SECONDARY_AUTH_TOKEN: TWILIO_ACCOUNT.secondaryAuthToken,
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
