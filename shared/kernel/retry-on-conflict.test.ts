import { describe, expect, it } from "vitest";
import { TransientError } from "./errors.ts";
import { RETRY, retryOnConflict } from "./retry-on-conflict.ts";

/** An attempt that loses to others the first `conflicts` times. */
const losing = (conflicts: number) => {
  let attempts = 0;
  const attempt = async () => {
    attempts += 1;
    return attempts > conflicts ? `attempt ${attempts}` : RETRY;
  };
  return { attempt, count: () => attempts };
};

describe("retryOnConflict", () => {
  it("returns the result of an attempt without conflict, and runs no other", async () => {
    const { attempt, count } = losing(0);
    expect(await retryOnConflict({ what: "a contact" }, attempt)).toBe("attempt 1");
    expect(count()).toBe(1);
  });

  it("runs the attempt again until there is no conflict", async () => {
    expect(await retryOnConflict({ what: "a contact" }, losing(19).attempt)).toBe("attempt 20");
  });

  it("returns undefined when the attempt does", async () => {
    expect(await retryOnConflict({ what: "a contact" }, async () => undefined)).toBeUndefined();
  });

  it("throws a TransientError that names what changes when every attempt meets a conflict", async () => {
    const { attempt, count } = losing(100);
    const promise = retryOnConflict({ what: "contact c1", attempts: 3 }, attempt);
    await expect(promise).rejects.toThrow(new TransientError("contact c1: gave up after 3 conflicts"));
    expect(count()).toBe(3);
  });

  it("throws the error of an attempt, and runs no other", async () => {
    let attempts = 0;
    const attempt = async () => {
      attempts += 1;
      throw new RangeError("a defect");
    };
    await expect(retryOnConflict({ what: "a contact" }, attempt)).rejects.toThrow(RangeError);
    expect(attempts).toBe(1);
  });
});
