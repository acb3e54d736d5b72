import { beforeEach, describe, expect, it, vi } from "vitest";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleChannel, sampleCompany } from "../../tests/fakes/sample-organisation.ts";
import { sampleText } from "../../tests/fakes/sample-text.ts";
import { storeReply } from "../../tests/fakes/stored-reply.ts";
import { isOptedOut } from "../consent/consent.ts";
import { receiveText } from "../intake/receive-text.ts";
import { OutcomeUnknownError, TransientError } from "../kernel/errors.ts";
import { addSeconds } from "../kernel/instant.ts";
import type { OutboundRequest } from "../kernel/jobs.ts";
import { ChannelBusyError } from "../sms/pace.ts";
import { parseTag, tagOf } from "./message-tag.ts";
import { sendReply } from "./send-reply.ts";

let fakes: Fakes;
/** The reply that is to be sent: the agent's first one to the customer. */
let request: OutboundRequest;

beforeEach(async () => {
  fakes = makeFakes();
  request = await storeReply(fakes);
  fakes.clock.advance(5);
});

const message = () => fakes.messages.replies()[0];
const optedOut = async () => {
  const thread = await fakes.threads.find(request.threadId);
  return thread && isOptedOut(thread.value);
};

describe("sendReply", () => {
  it("hands the reply to the channel's provider and records that it was taken", async () => {
    const { threadId, messageId } = request;
    await sendReply(fakes, request, false);
    expect(fakes.provider.sent).toEqual([
      {
        ...{ messageId, from: "+14255550100", to: sampleText().from, text: "good morning" },
        ...{ firstSentAt: message()?.createdAt, tag: `${threadId}/${messageId}` },
      },
    ]);
    expect(message()).toMatchObject({
      ...{ state: "sent", provider: "acs", providerMessageId: `provider-${messageId}`, stateChangedAt: fakes.now() },
    });
  });

  describe("at its channel's pace", () => {
    it("takes a turn for its segments, at the pace of the channel or of the provider's numbers of its type", async () => {
      fakes.provider.capabilities = { ...fakes.provider.capabilities, segmentsPerMinute: { "toll-free": 200 } };
      await sendReply(fakes, request, false);
      expect(fakes.pace.asked).toMatchObject([{ channelId: "main", segments: 1, perMinute: 200 }]);
      fakes = makeFakes({ channels: [sampleChannel({ segmentsPerMinute: 5 })] });
      await sendReply(fakes, await storeReply(fakes), false);
      expect(fakes.pace.asked).toMatchObject([{ perMinute: 5 }]);
    });

    it("waits for its turn, and then goes by what the customer has said meanwhile", async () => {
      fakes = makeFakes({ channels: [sampleChannel({ segmentsPerMinute: 5 })] });
      request = await storeReply(fakes);
      fakes.pace.waits.push(12);
      await sendReply(fakes, request, false);
      expect([fakes.waited, fakes.provider.sent.length]).toEqual([[12], 1]);

      fakes = makeFakes({ channels: [sampleChannel({ segmentsPerMinute: 5 })] });
      request = await storeReply(fakes);
      fakes.pace.waits.push(12);
      vi.spyOn(fakes, "wait").mockImplementation(async () => {
        await receiveText(fakes, sampleText({ id: "stop", text: "STOP", receivedAt: fakes.now() }));
      });
      await sendReply(fakes, request, false);
      expect(fakes.provider.attempts).toEqual([]);
      expect(message()).toMatchObject({ state: "failed", failure: "recipient-opted-out" });
    });

    it("is asked for anew at the last try, behind the others, when too many texts are before it", async () => {
      fakes = makeFakes({ channels: [sampleChannel({ segmentsPerMinute: 5 })] });
      request = await storeReply(fakes);
      fakes.pace.isBusy = true;
      await expect(sendReply(fakes, request, false)).rejects.toThrow(ChannelBusyError);
      expect(fakes.jobs.outbounds).not.toContainEqual(expect.objectContaining({ again: fakes.now() }));
      await sendReply(fakes, request, true);
      expect(fakes.jobs.outbounds).toContainEqual({ ...request, again: fakes.now() });
      expect([message()?.state, fakes.provider.attempts]).toEqual(["queued", []]);
      fakes.pace.isBusy = false;
      await sendReply(fakes, request, false);
      expect(message()).toMatchObject({ state: "sent" });
    });

    it("takes no turn for what is not sent", async () => {
      fakes = makeFakes({ channels: [sampleChannel({ segmentsPerMinute: 5 })] });
      request = await storeReply(fakes);
      await receiveText(fakes, sampleText({ id: "stop", text: "STOP", receivedAt: fakes.now() }));
      await sendReply(fakes, request, false);
      expect(fakes.pace.asked).toEqual([]);
    });
  });

  describe("by a provider that could take a text twice", () => {
    const lookedUp = () => {
      fakes.provider.capabilities = { ...fakes.provider.capabilities, retrySafety: "lookup" };
    };
    const once = () => {
      fakes.provider.capabilities = { ...fakes.provider.capabilities, retrySafety: "unsafe" };
    };

    it("tells the next attempt when one was made whose outcome is unknown", async () => {
      lookedUp();
      fakes.provider.next.push(new OutcomeUnknownError("broken"));
      await expect(sendReply(fakes, request, false)).rejects.toThrow(OutcomeUnknownError);
      const triedAt = fakes.now();
      fakes.clock.advance(30);
      await sendReply(fakes, request, false);
      expect(fakes.provider.attempts.map((each) => each.previousAttempts)).toEqual([
        undefined,
        { firstAt: triedAt, lastAt: triedAt },
      ]);
      expect(message()).toMatchObject({ state: "sent" });
    });

    it("takes an attempt that was surely in vain for none", async () => {
      once();
      fakes.provider.next.push(new TransientError("busy"));
      await expect(sendReply(fakes, request, false)).rejects.toThrow("busy");
      await sendReply(fakes, request, false);
      expect(fakes.provider.attempts.map((each) => each.previousAttempts)).toEqual([undefined, undefined]);
    });

    it("knows of an attempt after a crash", async () => {
      once();
      fakes.hooks.afterWrite = (operation) => {
        if (operation === "messages.recordAttempts") throw new Error("crash");
      };
      await expect(sendReply(fakes, request, false)).rejects.toThrow("crash");
      fakes.hooks.afterWrite = undefined;
      fakes.provider.next.push({ kind: "unknown" });
      await sendReply(fakes, request, false);
      expect(fakes.provider.attempts[0]?.previousAttempts).toBeDefined();
      expect(message()).toMatchObject({ state: "failed", failure: "outcome-unknown" });
    });

    it("hands over one attempt of two that are made at the same time", async () => {
      once();
      fakes.hooks.before = async (operation) => {
        if (operation !== "messages.recordAttempts") return;
        fakes.hooks.before = undefined;
        await sendReply(fakes, request, false);
      };
      await expect(sendReply(fakes, request, true)).rejects.toThrow(TransientError);
      expect(fakes.provider.sent).toHaveLength(1);
      expect(message()).toMatchObject({ state: "sent" });
    });

    it.each([
      ["unsafe", false],
      ["lookup", true],
    ] as const)(
      "tells the agent at once that nobody knows, where it is sent %s and it is the last try: %s",
      async (repeats, lastTry) => {
        fakes.provider.capabilities = { ...fakes.provider.capabilities, retrySafety: repeats };
        fakes.provider.next.push(new OutcomeUnknownError("broken"));
        await sendReply(fakes, request, lastTry);
        expect(message()).toMatchObject({ state: "failed", failure: "outcome-unknown" });
      },
    );
  });

  it("goes by the newest word on being texted, although a replica does not show it yet", async () => {
    await receiveText(fakes, sampleText({ id: "stop", text: "STOP", receivedAt: fakes.now() }));
    const find = fakes.threads.find.bind(fakes.threads);
    vi.spyOn(fakes.threads, "find").mockImplementation(async (id, { newest = false } = {}) => {
      const stored = await find(id);
      if (newest || !stored) return stored;
      const { consent: _, ...before } = stored.value;
      return { ...stored, value: before };
    });
    await sendReply(fakes, request, false);
    expect(fakes.provider.attempts).toEqual([]);
    expect(message()).toMatchObject({ state: "failed", failure: "recipient-opted-out" });
  });

  it("tells why a reply failed, and nothing when it did not", async () => {
    fakes.provider.next.push({ kind: "refused", failure: "number-invalid", code: "400" });
    expect(await sendReply(fakes, request, false)).toBe("number-invalid");
    expect(await sendReply(fakes, request, false)).toBeUndefined();
  });

  it("does nothing when it is asked again for what is on its way", async () => {
    await sendReply(fakes, request, false);
    const before = message();
    fakes.clock.advance(60);
    await sendReply(fakes, request, false);
    expect(fakes.provider.attempts).toHaveLength(1);
    expect(message()).toEqual(before);
  });

  it("asks for another try when the store does not show the reply yet", async () => {
    const received = fakes.messages.all().find(({ direction }) => direction === "inbound");
    const unseen = { ...request, messageId: received?.id ?? request.messageId };
    await expect(sendReply(fakes, unseen, false)).rejects.toThrow(TransientError);
    expect(fakes.provider.attempts).toEqual([]);
  });

  it("sends the same again when the process died before it was recorded, and the customer gets it once", async () => {
    fakes.hooks.before = (operation) => {
      if (operation === "messages.advanceDelivery") throw new Error("the process dies");
    };
    await expect(sendReply(fakes, request, false)).rejects.toThrow("the process dies");
    fakes.hooks.before = undefined;
    fakes.clock.advance(60);
    await sendReply(fakes, request, false);
    expect(fakes.provider.attempts).toHaveLength(2);
    expect(fakes.provider.attempts[0]).toEqual(fakes.provider.attempts[1]);
    expect(fakes.provider.sent).toHaveLength(1);
    expect(message()).toMatchObject({ state: "sent" });
  });

  it("leaves what was delivered before its send was recorded", async () => {
    const at = fakes.now();
    fakes.hooks.before = async (operation) => {
      if (operation !== "messages.advanceDelivery") return;
      fakes.hooks.before = undefined;
      await fakes.messages.advanceDelivery(request.threadId, request.messageId, { state: "delivered", at });
    };
    await sendReply(fakes, request, false);
    expect(message()).toMatchObject({ state: "delivered" });
  });
});

describe("a provider that cannot take the reply now", () => {
  it("has it tried again", async () => {
    fakes.provider.next.push(new TransientError("busy"));
    await expect(sendReply(fakes, request, false)).rejects.toThrow(TransientError);
    expect(message()).toMatchObject({ state: "queued" });
    await sendReply(fakes, request, false);
    expect(message()).toMatchObject({ state: "sent" });
  });

  it("makes it fail at the last try, so that the agent sees it", async () => {
    fakes.provider.next.push(new TransientError("busy"));
    await sendReply(fakes, request, true);
    expect(message()).toMatchObject({ state: "failed", failure: "provider-unavailable" });
  });

  it("is not blamed at the last try when it is the store that fails", async () => {
    fakes.hooks.before = (operation) => {
      if (operation === "messages.find") throw new TransientError("the store is down");
    };
    await expect(sendReply(fakes, request, true)).rejects.toThrow("the store is down");
    fakes.hooks.before = undefined;
    expect(message()).toMatchObject({ state: "queued" });
  });
});

describe("a reply that is not sent", () => {
  it("fails, with the provider's code, when it refuses", async () => {
    fakes.provider.next.push({ kind: "refused", failure: "text-rejected", code: "400" });
    await sendReply(fakes, request, false);
    expect(message()).toMatchObject({ state: "failed", failure: "text-rejected", code: "400" });
    expect(await optedOut()).toBe(false);
  });

  it("fails when the provider says that the customer has opted out, which thread and conversation keep", async () => {
    fakes.provider.next.push({ kind: "refused", failure: "recipient-opted-out", code: "4007" });
    await sendReply(fakes, request, false);
    expect(message()).toMatchObject({ state: "failed", failure: "recipient-opted-out" });
    expect(await optedOut()).toBe(true);
    expect(fakes.conversations.all()).toMatchObject([{ optedOut: true, state: "active" }]);
  });

  it("fails, and nobody is asked, when the customer has opted out meanwhile", async () => {
    const receivedAt = addSeconds(fakes.now(), 1);
    await receiveText(fakes, sampleText({ id: "stop", text: "STOP", receivedAt }));
    await sendReply(fakes, request, false);
    expect(fakes.provider.attempts).toEqual([]);
    expect(message()).toMatchObject({ state: "failed", failure: "recipient-opted-out" });
  });

  it.each([
    ["sms-disabled", () => fakes.settings.seed("organisation", sampleCompany({ smsEnabled: false }))],
    ["channel-disabled", () => fakes.settings.seed("channels", sampleChannel({ enabled: false }))],
  ])("fails, and nobody is asked, when it is switched off meanwhile: %s", async (failure, switchOff) => {
    switchOff();
    await sendReply(fakes, request, false);
    expect(fakes.provider.attempts).toEqual([]);
    expect(message()).toMatchObject({ state: "failed", failure });
  });
});

describe("a tag", () => {
  it("is read again as what it was made of", () => {
    expect(parseTag(tagOf(request.threadId, request.messageId))).toEqual(request);
  });

  it.each(["", "/", "campaign", "0123456789abcdef01234567", "0123456789abcdef01234567/", "x/out-1"])(
    "that is %j was made by somebody else",
    (tag) => {
      expect(parseTag(tag)).toBeUndefined();
    },
  );

  it("with a part too many was made by somebody else", () => {
    expect(parseTag(`${tagOf(request.threadId, request.messageId)}/more`)).toBeUndefined();
  });
});
