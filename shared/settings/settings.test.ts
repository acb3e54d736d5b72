import { expect, it } from "vitest";
import { sampleCompany } from "../../tests/fakes/sample-organisation.ts";
import { automaticTextsPerDayOf, helpRepliesPerHourOf, presenceLeaseOf, requestsPerMinuteOf } from "./settings.ts";

it.each([
  ["presenceLeaseSeconds", presenceLeaseOf, 150],
  ["requestsPerMinute", requestsPerMinuteOf, 120],
  ["helpRepliesPerHour", helpRepliesPerHourOf, 3],
  ["automaticTextsPerDay", automaticTextsPerDayOf, 10],
] as const)("takes %s from the organisation, or a default before there is one", (name, limitOf, byDefault) => {
  expect(limitOf({ organisation: undefined })).toBe(byDefault);
  expect(limitOf({ organisation: sampleCompany() })).toBe(byDefault);
  expect(limitOf({ organisation: sampleCompany({ [name]: byDefault + 1 }) })).toBe(byDefault + 1);
});
