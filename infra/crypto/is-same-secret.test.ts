import { expect, it } from "vitest";
import { isSameSecret } from "./is-same-secret.ts";

it("tells two texts apart, of the same length and of others", () => {
  expect(isSameSecret("abc=", "abc=")).toBe(true);
  for (const other of ["abd=", "abc", "", "abc= "]) expect(isSameSecret("abc=", other)).toBe(false);
});
