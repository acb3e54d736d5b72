import { expect, it } from "vitest";
import { isSameSecret } from "./is-same-secret.ts";

it("is true for equal texts only", () => {
  expect(isSameSecret("abc=", "abc=")).toBe(true);
  for (const other of ["abd=", "abc", "", "abc= "]) expect(isSameSecret("abc=", other)).toBe(false);
});
