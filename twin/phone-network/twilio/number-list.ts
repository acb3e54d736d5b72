import { createHash } from "node:crypto";
import { withoutPlus } from "../phone-number.ts";
import { twilioError } from "./error.ts";
import type { TwilioNumber } from "./number.ts";

/**
 * The numbers of the account on one page; with `PhoneNumber`, the numbers that contain it.
 * Source: twilio-oai, twilio_api_v2010.json, without dates and the members for voice and fax.
 */
export const numberList = (numbers: readonly TwilioNumber[], accountSid: string, search: URLSearchParams): Response => {
  const unsupported = [...search.keys()].find((name) => name !== "PhoneNumber");
  if (unsupported !== undefined) return twilioError(20001, `The twin does not support the parameter '${unsupported}'.`);
  const digits = withoutPlus(search.get("PhoneNumber") ?? "");
  const found = numbers.filter(({ number }) => number.includes(digits));
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
  const sid = `PN${createHash("md5").update(number).digest("hex")}`; // stable, and in Twilio's format
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
