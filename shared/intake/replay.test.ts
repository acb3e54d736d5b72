import { describe, expect, it } from "vitest";
import type { FakeEvent } from "../../tests/fakes/fake-provider.ts";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleChannel } from "../../tests/fakes/sample-organisation.ts";
import { sampleText } from "../../tests/fakes/sample-text.ts";
import { processEvent } from "./process-event.ts";
import { replay } from "./replay.ts";

const textEvent: FakeEvent = { id: "event-1", received: sampleText() };

const receive = (fakes: Fakes, event: unknown) => processEvent(fakes, "acs", "sms-received", event);

/** The only thing in quarantine. */
const quarantined = (fakes: Fakes) => fakes.quarantine.all()[0] ?? expect.fail("nothing is in quarantine");

const replayed = (fakes: Fakes) => {
  const { source, id } = quarantined(fakes);
  return replay(fakes, source, id);
};

describe("replay", () => {
  it("takes in what was quarantined when what was wrong is mended, and marks it", async () => {
    const fakes = makeFakes({ channels: [] });
    await receive(fakes, textEvent);
    fakes.settings.seed("channels", sampleChannel());
    fakes.clock.advance(3600);
    expect(await replayed(fakes)).toEqual({ kind: "used" });
    expect(fakes.conversations.all()).toMatchObject([{ state: "queued", preview: "hello" }]);
    expect(quarantined(fakes).replayedAt).toBe(fakes.now());
  });

  it("does no harm a second time", async () => {
    const fakes = makeFakes({ channels: [] });
    await receive(fakes, textEvent);
    fakes.settings.seed("channels", sampleChannel());
    await replayed(fakes);
    const before = [fakes.conversations.all(), fakes.messages.all()];
    expect(await replayed(fakes)).toEqual({ kind: "used" });
    expect([fakes.conversations.all(), fakes.messages.all()]).toEqual(before);
  });

  it("leaves in quarantine what still cannot be used, and says why", async () => {
    const fakes = makeFakes({ channels: [] });
    await receive(fakes, textEvent);
    fakes.settings.seed("channels", sampleChannel({ enabled: false }));
    expect(await replayed(fakes)).toEqual({ kind: "replay-failed", reason: "channel-disabled" });
    expect(quarantined(fakes)).not.toHaveProperty("replayedAt");
  });

  it("says that there is no such thing", async () => {
    const fakes = makeFakes();
    expect(await replay(fakes, "sms-received", "unknown")).toEqual({ kind: "not-found" });
  });
});
