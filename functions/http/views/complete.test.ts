import { describe, expectTypeOf, it } from "vitest";
import type { Complete } from "./complete.ts";

interface Contact {
  readonly id: string;
  readonly name?: string;
}

interface View {
  id: string;
  name?: string | undefined;
}

describe("a complete view", () => {
  it("requires every member, the optional ones included", () => {
    expectTypeOf<Complete<Contact, View>>().toEqualTypeOf<{ id: string; name: string | undefined }>();
  });

  it("names the members that the view does not show", () => {
    interface Extended extends Contact {
      readonly language?: string;
    }
    expectTypeOf<Complete<Extended, View>>().toEqualTypeOf<{ readonly notShown: "language" }>();
    expectTypeOf<Complete<Extended, View, "language">>().toEqualTypeOf<Complete<Contact, View>>();
  });

  it("names a member that only one variant of a union has", () => {
    type Extended = Contact | (Contact & { readonly language: string });
    expectTypeOf<Complete<Extended, View>>().toEqualTypeOf<{ readonly notShown: "language" }>();
  });
});
