import { createHash } from "node:crypto";
import type { TwilioNumber } from "../owned-numbers.ts";
import { withoutPlus } from "../phone-number.ts";
import { twilioError } from "./error.ts";

/**
 * The numbers of the account; with `PhoneNumber`, those that contain it. All on one page.
 * Source: twilio-oai, twilio_api_v2010.json, without dates and the fields of voice and fax.
 */
export const numberList = (
  numbers: readonly TwilioNumber[],
  { accountSid, search }: { accountSid: string; search: URLSearchParams },
): Response => {
  const unknown = [...search.keys()].find((name) => name !== "PhoneNumber");
  if (unknown !== undefined) return twilioError(20001, `The parameter '${unknown}' is not spoken here.`);
  const part = withoutPlus(search.get("PhoneNumber") ?? "");
  const found = numbers.filter(({ number }) => number.includes(part));
  const uri = `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers.json`;
  return Response.json({
    incoming_phone_numbers: found.map((number) => numberResource(number, accountSid)),
    start: 0,
    end: Math.max(0, found.length - 1),
    page: 0,
    page_size: 50,
    uri: `${uri}?${search}`,
    first_page_uri: `${uri}?PageSize=50&Page=0`,
    next_page_uri: null,
    previous_page_uri: null,
  });
};

const numberResource = ({ number, friendlyName, smsUrl }: TwilioNumber, accountSid: string) => {
  const sid = `PN${createHash("md5").update(number).digest("hex")}`; // the same each time, and looks like Twilio's
  return {
    sid,
    account_sid: accountSid,
    phone_number: number,
    friendly_name: friendlyName ?? number,
    capabilities: { voice: false, sms: true, mms: true, fax: false },
    sms_url: smsUrl ?? "",
    sms_method: "POST",
    sms_fallback_url: "",
    sms_fallback_method: "POST",
    sms_application_sid: "",
    status_callback: "",
    api_version: "2010-04-01",
    beta: false,
    origin: "twilio",
    status: "in-use",
    uri: `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers/${sid}.json`,
  };
};
