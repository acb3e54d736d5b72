import { beforeEach, describe, expect, it } from "vitest";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleChannel } from "../../tests/fakes/sample-organisation.ts";
import { sampleText } from "../../tests/fakes/sample-text.ts";
import { addSeconds } from "../kernel/instant.ts";
import { sendReply } from "../sending/send-reply.ts";
import { receiveText } from "./receive-text.ts";

let fakes: Fakes;
beforeEach(() => {
  fakes = makeFakes({
    channels: [sampleChannel({ numberType: "long-code", keywordReplies: { help: "Call 1-800-HILO." } })],
  });
});

let said = 0;
const say = (text: string, seconds = 0) =>
  receiveText(fakes, sampleText({ id: `word-${said++}`, text, receivedAt: addSeconds(fakes.now(), seconds) }));

const sendAll = async () => {
  for (const request of fakes.jobs.outbounds.splice(0)) await sendReply(fakes, request);
};
const got = () => fakes.provider.sent.map(({ text }) => text);

describe("the channel's own answer to a keyword", () => {
  it("goes out where neither provider nor network answers: one to STOP, one to START, each HELP", async () => {
    await say("STOP");
    await sendAll();
    await say("START", 10);
    await sendAll();
    await say("HELP", 20);
    await say("info", 30);
    await sendAll();
    expect(got()).toEqual([
      expect.stringContaining("no more texts"),
      expect.stringContaining("again"),
      "Call 1-800-HILO.",
      "Call 1-800-HILO.",
    ]);
    expect(fakes.conversations.all()).toEqual([]);
  });

  it("goes out to a word that the network does not know, where it answers others", async () => {
    fakes = makeFakes({ channels: [sampleChannel({ numberType: "toll-free" })] });
    await say("Revoke");
    await sendAll();
    expect(got()).toHaveLength(1);
  });

  it("goes out once, however often the keyword is delivered", async () => {
    const stop = sampleText({ id: "stop", text: "STOP" });
    await receiveText(fakes, stop);
    await receiveText(fakes, stop);
    await sendAll();
    await receiveText(fakes, stop);
    await sendAll();
    expect(got()).toHaveLength(1);
  });

  it("is not sent where the provider or the network answers", async () => {
    fakes = makeFakes({ channels: [sampleChannel({ numberType: "toll-free" })] });
    await say("STOP");
    await say("START", 10);
    await sendAll();
    expect(got()).toEqual([]);
    await say("HELP", 20);
    await sendAll();
    expect(got()).toHaveLength(1);
  });

  it("is not sent to HELP of a customer who has opted out, nor by a channel that is off", async () => {
    await say("STOP");
    await sendAll();
    await say("HELP", 10);
    await sendAll();
    expect(got()).toHaveLength(1);
    fakes = makeFakes({ channels: [sampleChannel({ numberType: "long-code", enabled: false })] });
    await say("STOP");
    expect(fakes.jobs.outbounds).toEqual([]);
  });

  it("goes out once to a customer who says STOP again, before or after it is sent", async () => {
    await say("STOP");
    await say("stop", 1);
    await sendAll();
    await say("Stop!", 2);
    await sendAll();
    expect(got()).toHaveLength(1);
    expect(fakes.messages.replies()).toMatchObject([{ state: "sent" }]);
    await say("START", 10);
    await say("STOP", 20);
    await sendAll();
    expect(got()).toHaveLength(2);
  });

  it("is not sent to STOP when it would come more than five minutes late", async () => {
    await say("STOP");
    fakes.clock.advance(301);
    await sendAll();
    expect(got()).toEqual([]);
    expect(fakes.messages.replies()).toMatchObject([{ state: "failed", failure: "recipient-opted-out" }]);
  });

  it("is not sent to START when the customer has said STOP again meanwhile", async () => {
    await say("STOP");
    await sendAll();
    await say("START", 10);
    await say("STOP", 20);
    await sendAll();
    expect(got().filter((text) => text.includes("again.") && !text.includes("START"))).toEqual([]);
    expect(got()).toHaveLength(2);
  });
});
