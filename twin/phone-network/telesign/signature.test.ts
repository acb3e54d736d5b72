import { expect, it } from "vitest";
import { telesignSignature } from "./signature.ts";

/** The key and the callback in TeleSign's documentation. */
const API_KEY = "ABC12345yusumoN6BYsBVkh+yRJ5czgsnCehZaOYldPJdmFh6NeX8kunZ2zU1YWaUw/0wV6xfw==";
const CALLBACK = {
  reference_id: "0123456789ABCDEF0123456789ABCDEF",
  sub_resource: "mo_sms",
  submit_timestamp: "2023-10-31T14:47:10.154000Z",
  status: { updated_on: "2023-10-31T14:47:10.490130Z", code: 1500, description: "Delivered to customer" },
  errors: {},
  user_response: {
    sender_id: "4442",
    iso_country_code: "US",
    action: "start",
    keyword: "start",
    phone_number: "11234567890",
    mo_message: "Start",
    price: "0.01",
  },
};

it("makes the signature of the documented callback", () => {
  expect(telesignSignature(API_KEY, JSON.stringify(CALLBACK))).toBe("jt8tJxHQGo0otjhtIDvTNZxGDWWvCurEHMWB6he0uNg=");
});
