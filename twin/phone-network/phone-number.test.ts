import { expect, it } from "vitest";
import { isRecipientNumber, phoneNumberSchema } from "./phone-number.ts";

it.each([
  ["+15551230001", "+15551230001"],
  ["15551230001", "+15551230001"],
  ["447700900123", "+447700900123"],
  ["12345", "12345"],
])("reads %s as %s", (given, number) => {
  expect(phoneNumberSchema.parse(given)).toBe(number);
});

it.each(["", "12", "+12", "Ann", "+1 555 123 0001", "+0555123000", "+1234567890123456"])("refuses %j", (given) => {
  expect(phoneNumberSchema.safeParse(given).success).toBe(false);
});

it.each(["+15551230001", "+525512345678", "+5215512345678", "+541123456789"])("takes %s as a recipient", (number) => {
  expect(isRecipientNumber(number)).toBe(true);
});

it.each(["15551230001", "+1555123", "+1 555 123 0001", "12345", "Ann", "+15551230001;ext=1"])(
  "takes %j as no recipient",
  (to) => {
    expect(isRecipientNumber(to)).toBe(false);
  },
);
