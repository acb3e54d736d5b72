import { acs } from "./acs/provider.ts";
import type { ProviderDefinition } from "./provider.ts";
import { telesign } from "./telesign/provider.ts";
import { twilio } from "./twilio/provider.ts";

/** All providers. A number that is not registered belongs to the first one. */
export const PROVIDERS: readonly ProviderDefinition[] = [acs, telesign, twilio];
