import { describe, expect, it } from "vitest";
import { ApiProblem } from "./problem.ts";

const problem = (type: string, status: number): ApiProblem =>
  new ApiProblem({ type, status, title: "The title", correlationId: "1" });

describe("an API problem", () => {
  it("has the name of its type", () => {
    expect(problem("urn:hilo:problem:recipient-opted-out", 409).type).toBe("recipient-opted-out");
  });

  it.each(["about:blank", "", "https://example.com/recipient-opted-out"])("is of an unknown type for %j", (type) => {
    expect(problem(type, 409).type).toBe("unknown");
  });

  it("has the title as its message", () => {
    expect(problem("about:blank", 409).message).toBe("The title");
  });

  it.each([408, 429, 500, 502, 503])("is transient with the status %d", (status) => {
    expect(problem("about:blank", status).isTransient).toBe(true);
  });

  it.each([400, 401, 403, 404, 409, 412, 422])("is final with the status %d", (status) => {
    expect(problem("about:blank", status).isTransient).toBe(false);
  });
});
