import * as z from "zod";
import { TransientError } from "../../../shared/kernel/errors.ts";
import { type Address, canBeTexted } from "../../../shared/sms/address.ts";
import type { Verification } from "../../../shared/sms/provider.ts";
import { RETRIES, type TwilioAccount } from "./account.ts";
import type { TwilioApi } from "./twilio-api.ts";

type Finding = Verification["checks"][number];

const PURPOSE = "Twilio: cannot verify a number";
const good = (text: string): Finding => ({ ok: true, message: text });
const bad = (text: string): Finding => ({ ok: false, message: text });

const accountSchema = z.object({ status: z.string() });
const numberSchema = z.object({
  phone_number: z.string(),
  capabilities: z.object({ sms: z.boolean() }),
  sms_url: z.string().nullish(),
  sms_method: z.string().nullish(),
  sms_application_sid: z.string().nullish(),
});
const numbersSchema = z.object({ incoming_phone_numbers: z.array(numberSchema) });

/** @throws TransientError when Twilio does not answer. */
export const verifyNumber = async (api: TwilioApi, account: TwilioAccount, number: Address): Promise<Verification> => {
  const ofAccount = await accountFinding(api);
  return { checks: ofAccount.ok ? [ofAccount, ...(await numberFindings(api, account, number))] : [ofAccount] };
};

/** Asked with the token even where an API key is set: it is the token that signs webhooks. */
const accountFinding = async (api: TwilioApi): Promise<Finding> => {
  const { status, body } = await api.getAccount(PURPOSE);
  if (status === 401 || status === 403) {
    return bad("Twilio refuses the account's token: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.");
  }
  if (status === 404) return bad("Twilio knows no such account: check TWILIO_ACCOUNT_SID and TWILIO_API_URL.");
  const parsed = accountSchema.safeParse(body);
  if (status !== 200 || !parsed.success) throw new TransientError(`${PURPOSE}: status ${status}`);
  return parsed.data.status === "active"
    ? good("Twilio knows this app, and the account is active.")
    : bad("The account at Twilio is suspended or closed: see to it in Twilio's console.");
};

const numberFindings = async (api: TwilioApi, account: TwilioAccount, number: Address): Promise<readonly Finding[]> => {
  if (!canBeTexted(number))
    return [good("Twilio does not list short codes with the numbers: text it once to be sure.")];
  const { status, body } = await api.get("/IncomingPhoneNumbers.json", { PhoneNumber: number }, PURPOSE);
  if (status === 401 || status === 403) {
    return [bad("Twilio refuses the API key: check TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET, and what it may do.")];
  }
  const parsed = numbersSchema.safeParse(body);
  if (status !== 200 || !parsed.success) throw new TransientError(`${PURPOSE}: status ${status}`);
  // Twilio finds every number that contains this one.
  const found = parsed.data.incoming_phone_numbers.find(({ phone_number }) => phone_number === number);
  if (!found) return [bad("The number is not in the account: buy or move it there, or check the number.")];
  return [
    found.capabilities.sms ? good("The number is in the account, and can text.") : bad("The number cannot text."),
    webhookFinding(found, account.webhookUrl + RETRIES),
  ];
};

const webhookFinding = (number: z.infer<typeof numberSchema>, wanted: string): Finding => {
  const [url, fragment = ""] = (number.sms_url ?? "").split("#", 2);
  if (number.sms_application_sid) {
    return bad(`Texts to the number go to a TwiML app: take it off, and set the number's webhook to ${wanted}`);
  }
  if (url !== wanted.split("#")[0] || (number.sms_method ?? "POST") !== "POST") {
    return bad(`Texts to the number do not come here: set its webhook for incoming messages to ${wanted} with POST.`);
  }
  const overrides = new URLSearchParams(fragment);
  return Number(overrides.get("rc")) >= 1 && /\b(all|5xx)\b/.test(overrides.get("rp") ?? "")
    ? good("Texts to the number come here, and Twilio tries again when one cannot be taken at once.")
    : bad(
        `Without what follows the #, Twilio gives a text up when this app is briefly down: set its webhook to ${wanted}`,
      );
};
