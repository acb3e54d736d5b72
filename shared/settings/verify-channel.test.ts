import { describe, expect, it, vi } from "vitest";
import { makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleChannel } from "../../tests/fakes/sample-organisation.ts";
import { OutcomeUnknownError, TransientError } from "../kernel/errors.ts";
import { verifyChannel } from "./verify-channel.ts";

const failing = (error: Error) => {
  const fakes = makeFakes();
  vi.spyOn(fakes.provider, "verify").mockRejectedValue(error);
  return fakes;
};

describe("verifyChannel", () => {
  it("returns the checks of the channel's provider", async () => {
    expect(await verifyChannel(makeFakes(), "main")).toEqual({ checks: [{ ok: true, message: "All is well." }] });
  });

  it("returns undefined when there is no such channel", async () => {
    expect(await verifyChannel(makeFakes(), "other")).toBeUndefined();
  });

  it.each([new TransientError("busy"), new OutcomeUnknownError("broken")])(
    "returns a failed check when the provider cannot be reached: %s",
    async (error) => {
      expect(await verifyChannel(failing(error), "main")).toEqual({
        checks: [{ ok: false, message: expect.stringContaining("acs") }],
      });
    },
  );

  it("returns a failed check when the app is not set up for the provider", async () => {
    const fakes = makeFakes({ channels: [sampleChannel({ provider: "twilio" })] });
    expect(await verifyChannel(fakes, "main")).toEqual({
      checks: [{ ok: false, message: expect.stringContaining("twilio") }],
    });
  });

  it("throws a defect inside the provider as it is", async () => {
    await expect(verifyChannel(failing(new TypeError("a defect")), "main")).rejects.toThrow(TypeError);
  });
});
