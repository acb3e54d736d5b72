import type { ProviderName } from "../../shared/sms/provider.ts";
import { acsSetup } from "./acs/acs-setup.ts";
import type { ProviderSetup } from "./provider-setup.ts";
import { telesignSetup } from "./telesign/telesign-setup.ts";
import { twilioSetup } from "./twilio/twilio-setup.ts";

/** Every provider that the app knows. A provider is a folder and a line here. */
export const PROVIDER_SETUPS: Readonly<Record<ProviderName, ProviderSetup>> = {
  acs: acsSetup,
  telesign: telesignSetup,
  twilio: twilioSetup,
};
