import { Account } from "../account.ts";
import type { ProviderDefinition } from "../provider.ts";
import { SIGNATURE_FAULTS } from "../signature-faults.ts";
import { twilioAccountSchema } from "./account.ts";
import { TwilioMessages } from "./messages.ts";
import { twilioNumberSchema } from "./number.ts";
import { twilioRestApi } from "./rest-api.ts";

export const twilio: ProviderDefinition = {
  name: "twilio",
  summary: "Twilio, at /2010-04-01/Accounts/... Code of an unknown number: 30005",
  numberSchema: twilioNumberSchema,
  eventFaults: {
    ...SIGNATURE_FAULTS,
    "other-token": "A webhook is signed with the secondary auth token, as after a rotation.",
  },
  create: (context, accountSettings) => {
    const account = new Account(twilioAccountSchema, accountSettings);
    const messages = new TwilioMessages({ ...context, account });
    return {
      account,
      app: twilioRestApi({ ...context, account, messages }),
      receive: (text, number) => messages.receive(text, twilioNumberSchema.parse(number)),
      // By default Twilio does not retry after an error response
      connect: (number, webhookUrl) => ({ ...number, smsUrl: `${webhookUrl}#rc=3&rp=all` }),
    };
  },
};
