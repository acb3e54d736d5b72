import * as z from "zod";
import { TransientError } from "../../../shared/kernel/errors.ts";
import { type Address, canBeTexted } from "../../../shared/sms/address.ts";
import type { Verification } from "../../../shared/sms/provider.ts";
import { RETRY_FRAGMENT, type TwilioAccount } from "./account.ts";
import type { TwilioApi } from "./twilio-api.ts";

type Check = Verification["checks"][number];

const PURPOSE = "Twilio: cannot verify a number";
const passed = (message: string): Check => ({ ok: true, message });
const failed = (message: string): Check => ({ ok: false, message });

const accountSchema = z.object({ status: z.string() });
const numberSchema = z.object({
  phone_number: z.string(),
  capabilities: z.object({ sms: z.boolean() }),
  sms_url: z.string().nullish(),
  sms_method: z.string().nullish(),
  sms_application_sid: z.string().nullish(),
});
const numbersSchema = z.object({ incoming_phone_numbers: z.array(numberSchema) });

/** @throws TransientError when Twilio does not respond as documented. */
export const verifyNumber = async (api: TwilioApi, account: TwilioAccount, number: Address): Promise<Verification> => {
  const ofAccount = await accountCheck(api);
  return { checks: ofAccount.ok ? [ofAccount, ...(await numberChecks(api, account, number))] : [ofAccount] };
};

/** Uses the token even when an API key is set: webhooks are signed with the token. */
const accountCheck = async (api: TwilioApi): Promise<Check> => {
  const { status, body } = await api.getAccount(PURPOSE);
  if (status === 401 || status === 403) {
    return failed("Twilio refuses the account's token: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.");
  }
  if (status === 404) return failed("Twilio has no such account: check TWILIO_ACCOUNT_SID and TWILIO_API_URL.");
  const parsed = accountSchema.safeParse(body);
  if (status !== 200 || !parsed.success) throw new TransientError(`${PURPOSE}: status ${status}`);
  return parsed.data.status === "active"
    ? passed("Twilio accepts requests of this app, and the account is active.")
    : failed("The Twilio account is suspended or closed: check it in Twilio's console.");
};

const numberChecks = async (api: TwilioApi, account: TwilioAccount, number: Address): Promise<readonly Check[]> => {
  if (!canBeTexted(number)) {
    return [passed("Not verified: Twilio does not list short codes. Send a text to be sure.")];
  }
  const { status, body } = await api.get("/IncomingPhoneNumbers.json", { PhoneNumber: number }, PURPOSE);
  if (status === 401 || status === 403) {
    return [
      failed("Twilio refuses the API key: check TWILIO_API_KEY_SID, TWILIO_API_KEY_SECRET and the key's permissions."),
    ];
  }
  const parsed = numbersSchema.safeParse(body);
  if (status !== 200 || !parsed.success) throw new TransientError(`${PURPOSE}: status ${status}`);
  // Twilio returns every number that contains this one.
  const found = parsed.data.incoming_phone_numbers.find(({ phone_number }) => phone_number === number);
  if (!found) return [failed("The number is not in the account: buy it, move it there, or correct it.")];
  return [
    found.capabilities.sms
      ? passed("The number is in the account and can send texts.")
      : failed("The number cannot send texts."),
    webhookCheck(found, account.webhookUrl + RETRY_FRAGMENT),
  ];
};

/** @param webhookUrl - our address with the fragment that makes Twilio retry. */
const webhookCheck = (number: z.infer<typeof numberSchema>, webhookUrl: string): Check => {
  const [url, fragment = ""] = (number.sms_url ?? "").split("#", 2);
  if (number.sms_application_sid) {
    return failed(`Twilio sends texts to a TwiML app: remove it and set the number's webhook to ${webhookUrl}`);
  }
  if (url !== webhookUrl.split("#")[0] || (number.sms_method ?? "POST") !== "POST") {
    return failed(
      `Twilio does not send texts to this app: set the webhook for incoming messages to ${webhookUrl} with POST.`,
    );
  }
  const overrides = new URLSearchParams(fragment);
  return Number(overrides.get("rc")) >= 1 && /\b(all|5xx)\b/.test(overrides.get("rp") ?? "")
    ? passed("Twilio sends texts to this app, and retries when the app is briefly down.")
    : failed(
        `Twilio does not retry when this app is briefly down, and texts get lost: set the webhook to ${webhookUrl}`,
      );
};
