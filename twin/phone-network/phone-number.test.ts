import { expect, it } from "vitest";
import { phoneNumberSchema } from "./phone-number.ts";

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
