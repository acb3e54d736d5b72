import { describe, expect, it } from "vitest";
import type { FakeEvent } from "../../tests/fakes/fake-provider.ts";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleChannel } from "../../tests/fakes/sample-organisation.ts";
import { sampleText } from "../../tests/fakes/sample-text.ts";
import { processEvent } from "./process-event.ts";
import { replay } from "./replay.ts";

const textEvent: FakeEvent = { id: "event-1", received: sampleText() };

const receive = (fakes: Fakes, event: unknown) =>
  processEvent(fakes, { provider: "acs", source: "sms-received", event });

/** The event in quarantine. */
const quarantined = (fakes: Fakes) => fakes.quarantine.all()[0] ?? expect.fail("the quarantine is empty");

const replayed = (fakes: Fakes) => {
  const { source, id } = quarantined(fakes);
  return replay(fakes, source, id);
};

describe("replay", () => {
  it("processes the event once its reason is gone, and marks it", async () => {
    const fakes = makeFakes({ channels: [] });
    await receive(fakes, textEvent);
    fakes.settings.seed("channels", sampleChannel());
    fakes.clock.advance(3600);
    expect(await replayed(fakes)).toEqual({ kind: "processed", entry: quarantined(fakes) });
    expect(fakes.conversations.all()).toMatchObject([{ state: "queued", preview: "hello" }]);
    expect(quarantined(fakes).replayedAt).toBe(fakes.now());
  });

  it("has no further effect the second time", async () => {
    const fakes = makeFakes({ channels: [] });
    await receive(fakes, textEvent);
    fakes.settings.seed("channels", sampleChannel());
    await replayed(fakes);
    const before = [fakes.conversations.all(), fakes.messages.all()];
    expect((await replayed(fakes)).kind).toBe("processed");
    expect([fakes.conversations.all(), fakes.messages.all()]).toEqual(before);
  });

  it("leaves in quarantine what cannot be processed yet, with the reason", async () => {
    const fakes = makeFakes({ channels: [] });
    await receive(fakes, textEvent);
    fakes.settings.seed("channels", sampleChannel({ enabled: false }));
    expect(await replayed(fakes)).toEqual({ kind: "replay-failed", reason: "channel-disabled" });
    expect(quarantined(fakes)).not.toHaveProperty("replayedAt");
  });

  it("returns `not-found` for an unknown id", async () => {
    const fakes = makeFakes();
    expect(await replay(fakes, "sms-received", "unknown")).toEqual({ kind: "not-found" });
  });
});
