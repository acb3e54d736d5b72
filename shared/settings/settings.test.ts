import { expect, it } from "vitest";
import { sampleCompany } from "../../tests/fakes/sample-organisation.ts";
import { limitsOf } from "./settings.ts";

it.each([
  ["presenceLeaseSeconds", 150],
  ["requestsPerMinute", 120],
  ["helpRepliesPerHour", 3],
  ["automaticTextsPerDay", 10],
] as const)("takes %s from the organisation, or a default before there is one", (name, byDefault) => {
  expect(limitsOf({ organisation: undefined })[name]).toBe(byDefault);
  expect(limitsOf({ organisation: sampleCompany() })[name]).toBe(byDefault);
  expect(limitsOf({ organisation: sampleCompany({ [name]: byDefault + 1 }) })[name]).toBe(byDefault + 1);
});
