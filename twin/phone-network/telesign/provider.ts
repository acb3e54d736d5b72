import { Account } from "../account.ts";
import type { ProviderDefinition } from "../provider.ts";
import { SIGNATURE_FAULTS } from "../signature-faults.ts";
import { telesignAccountSchema } from "./account.ts";
import { TelesignMessages } from "./messages.ts";
import { telesignNumberSchema } from "./number.ts";
import { telesignRestApi } from "./rest-api.ts";

export const telesign: ProviderDefinition = {
  name: "telesign",
  summary: "TeleSign, at /v1/messaging. Code of an unknown number: 211",
  numberSchema: telesignNumberSchema,
  eventFaults: {
    ...SIGNATURE_FAULTS,
    "bare-signature": "X-TS-Authorization has the signature alone, which is the other documented format.",
  },
  create: (context, accountSettings) => {
    const account = new Account(telesignAccountSchema, accountSettings);
    const messages = new TelesignMessages({ ...context, account });
    return {
      account,
      app: telesignRestApi({ ...context, account, messages }),
      receive: (text) => messages.receive(text),
      // TeleSign has one URL for all numbers of an account
      connect: (number, webhookUrl) => {
        account.update({ callbackUrl: webhookUrl });
        return number;
      },
    };
  },
};
