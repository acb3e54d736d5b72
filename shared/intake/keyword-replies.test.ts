import { beforeEach, describe, expect, it } from "vitest";
import { afterEveryCrash } from "../../tests/fakes/crash.ts";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { inAnyOrder } from "../../tests/fakes/interleave.ts";
import { sampleChannel, sampleCompany } from "../../tests/fakes/sample-organisation.ts";
import { sampleText } from "../../tests/fakes/sample-text.ts";
import { addSeconds } from "../kernel/instant.ts";
import { sendReply } from "../sending/send-reply.ts";
import type { Keyword } from "../sms/keyword.ts";
import { receiveText } from "./receive-text.ts";

let fakes: Fakes;
beforeEach(() => {
  fakes = makeFakes({
    channels: [sampleChannel({ numberType: "long-code", keywordReplies: { help: "Call 1-800-HILO." } })],
  });
});

let texts = 0;
const say = (text: string, seconds = 0) =>
  receiveText(fakes, sampleText({ id: `word-${texts++}`, text, receivedAt: addSeconds(fakes.now(), seconds) }));

const sendAll = async () => {
  for (const request of fakes.jobs.outbounds.splice(0)) await sendReply(fakes, request);
};
const received = () => fakes.provider.sent.map(({ text }) => text);

describe("the automatic reply to a keyword", () => {
  it("is sent when neither provider nor carriers reply: once to STOP and START, and to each HELP", async () => {
    await say("STOP");
    await sendAll();
    await say("START", 10);
    await sendAll();
    await say("HELP", 20);
    await say("info", 30);
    await sendAll();
    expect(received()).toEqual([
      expect.stringContaining("no more texts"),
      expect.stringContaining("again"),
      "Call 1-800-HILO.",
      "Call 1-800-HILO.",
    ]);
    expect(fakes.conversations.all()).toEqual([]);
  });

  it("is sent to a word that the carriers do not handle", async () => {
    fakes = makeFakes({ channels: [sampleChannel({ numberType: "toll-free" })] });
    await say("Revoke");
    await sendAll();
    expect(received()).toHaveLength(1);
  });

  it("is sent once, however often the keyword is delivered", async () => {
    const stop = sampleText({ id: "stop", text: "STOP" });
    await receiveText(fakes, stop);
    await receiveText(fakes, stop);
    await sendAll();
    await receiveText(fakes, stop);
    await sendAll();
    expect(received()).toHaveLength(1);
  });

  it("is not sent when the provider or the carriers reply", async () => {
    fakes = makeFakes({ channels: [sampleChannel({ numberType: "toll-free" })] });
    await say("STOP");
    await say("START", 10);
    await sendAll();
    expect(received()).toEqual([]);
    await say("HELP", 20);
    await sendAll();
    expect(received()).toHaveLength(1);
  });

  it("is not sent to HELP after an opt-out, nor from a disabled channel", async () => {
    await say("STOP");
    await sendAll();
    await say("HELP", 10);
    await sendAll();
    expect(received()).toHaveLength(1);
    fakes = makeFakes({ channels: [sampleChannel({ numberType: "long-code", enabled: false })] });
    await say("STOP");
    expect(fakes.jobs.outbounds).toEqual([]);
  });

  it("is sent once to a customer who repeats STOP", async () => {
    await say("STOP");
    await say("stop", 1);
    await sendAll();
    await say("Stop!", 2);
    await sendAll();
    expect(received()).toHaveLength(1);
    expect(fakes.messages.replies()).toMatchObject([{ state: "sent" }]);
    await say("START", 10);
    await say("STOP", 20);
    await sendAll();
    expect(received()).toHaveLength(2);
  });

  it("is sent once to a customer who repeats START", async () => {
    await say("STOP");
    await say("START", 10);
    await sendAll();
    fakes.provider.sent.length = 0;
    await say("start", 20);
    await say("Unstop!", 30);
    await sendAll();
    expect(received()).toEqual([]);
    await say("STOP", 40);
    await say("START", 50);
    await sendAll();
    expect(received()).toEqual([expect.stringContaining("no more texts"), expect.stringContaining("Reply STOP")]);
  });

  it("is sent to ten changes of consent a day and to no more", async () => {
    for (let n = 0; n < 7; n++) {
      await say("STOP", n * 20);
      await sendAll();
      await say("START", n * 20 + 10);
      await sendAll();
    }
    expect(received()).toHaveLength(10);
    fakes.clock.advance(86_400);
    await say("STOP", 86_400);
    await sendAll();
    expect(received()).toHaveLength(11);
  });

  it("is sent to as many changes a day as the organisation allows", async () => {
    fakes = makeFakes({
      organisation: sampleCompany({ automaticTextsPerDay: 1 }),
      channels: [sampleChannel({ numberType: "long-code" })],
    });
    await say("STOP");
    await sendAll();
    await say("START", 10);
    await sendAll();
    expect(received()).toHaveLength(1);
  });

  it("is sent to three HELP an hour and to no more", async () => {
    for (let n = 0; n < 5; n++) {
      await say("HELP");
      fakes.clock.advance(10);
    }
    await sendAll();
    expect(received()).toHaveLength(3);
    fakes.clock.advance(3600);
    await say("HELP");
    await sendAll();
    expect(received()).toHaveLength(4);
  });

  it("is sent to as many HELP an hour as the organisation allows", async () => {
    fakes = makeFakes({
      organisation: sampleCompany({ helpRepliesPerHour: 1 }),
      channels: [sampleChannel({ numberType: "long-code" })],
    });
    await say("HELP");
    await say("HELP");
    expect(fakes.messages.replies()).toHaveLength(1);
  });

  it("is sent to as many HELP as the limit when they arrive at the same time", async () => {
    const help = (n: number) => (one: Fakes) => receiveText(one, sampleText({ id: `help-${n}`, text: "HELP" }));
    await inAnyOrder(
      async () => makeFakes({ channels: [sampleChannel({ numberType: "long-code" })] }),
      [1, 2, 3, 4, 5].map(help),
      (one) => expect(one.messages.replies()).toHaveLength(3),
    );
  });

  it("is sent once to a HELP that is delivered again after a crash at any write, and counts once", async () => {
    await afterEveryCrash(
      async () => makeFakes({ channels: [sampleChannel({ numberType: "long-code" })] }),
      (one) => receiveText(one, sampleText({ id: "help", text: "HELP" })),
      async (one) => {
        expect(one.messages.replies()).toHaveLength(1);
        const { threadId } = one.messages.replies()[0] ?? expect.fail("no reply");
        expect((await one.threads.find(threadId))?.value.helpReplies).toHaveLength(1);
      },
    );
  });

  it("does not count a HELP that the provider or the carriers answer", async () => {
    fakes = makeFakes({ channels: [sampleChannel({ numberType: "long-code" })] });
    const text = sampleText({ id: "answered", text: "HELP" });
    const received = await receiveText(fakes, { ...text, verdict: { keyword: "help", isAnswered: true } });
    if (received.kind !== "accepted") throw new Error(received.kind);
    expect((await fakes.threads.find(received.threadId))?.value.helpReplies).toEqual([]);
  });

  it("is not sent more than five minutes after STOP", async () => {
    await say("STOP");
    fakes.clock.advance(301);
    await sendAll();
    expect(received()).toEqual([]);
    expect(fakes.messages.replies()).toMatchObject([{ state: "failed", failure: "recipient-opted-out" }]);
  });

  it("is not sent to START after another STOP", async () => {
    await say("STOP");
    await sendAll();
    await say("START", 10);
    await say("STOP", 20);
    await sendAll();
    expect(received().filter((text) => text.includes("again.") && !text.includes("START"))).toEqual([]);
    expect(received()).toHaveLength(2);
  });
});

describe("the verdict of the provider", () => {
  const words = { stop: "Genug", start: "Weiter", help: "contact" } as const;
  const receive = (keyword: Keyword, isAnswered: boolean, seconds = 0) => {
    const receivedAt = addSeconds(fakes.now(), seconds);
    const text = sampleText({ id: `verdict-${texts++}`, text: words[keyword], receivedAt });
    return receiveText(fakes, { ...text, verdict: { keyword, isAnswered } });
  };
  const isOptedOutNow = async () => (await fakes.threads.optedOut({ limit: 1 })).items.length === 1;

  it("counts whatever the word, and opens no conversation", async () => {
    await receive("stop", false);
    expect(await isOptedOutNow()).toBe(true);
    await receive("start", false, 10);
    expect(await isOptedOutNow()).toBe(false);
    await receive("help", false, 20);
    expect(fakes.conversations.all()).toEqual([]);
    await sendAll();
    expect(received()).toHaveLength(3);
  });

  it("counts before the word", async () => {
    const text = sampleText({ id: "help", text: "HELP" });
    await receiveText(fakes, { ...text, verdict: { keyword: "stop", isAnswered: false } });
    expect(await isOptedOutNow()).toBe(true);
  });

  it.each(["stop", "start", "help"] as const)(
    "gets no second reply when the provider has answered %s",
    async (kind) => {
      await receive(kind, true);
      await sendAll();
      expect(received()).toEqual([]);
    },
  );
});

describe("the language of the automatic reply", () => {
  const channel = (some: Parameters<typeof sampleChannel>[0]) =>
    makeFakes({ channels: [sampleChannel({ numberType: "long-code", ...some })] });
  const answerTo = async (text: string) => {
    await say(text);
    await sendAll();
    return received();
  };

  it.each([
    ["PARAR", "dejaremos de enviarle mensajes"],
    ["AYUDA", "escriba su pregunta"],
    ["STOP", "no more texts"],
    ["UNSUBSCRIBE", "no more texts"],
  ])("is that of the keyword: %s", async (text, words) => {
    fakes = channel({ keywords: { languages: ["en", "es"] } });
    expect(await answerTo(text)).toEqual([expect.stringContaining(words)]);
  });

  it("is French for ARRET, which counts by default", async () => {
    fakes = channel({});
    expect(await answerTo("Arrêt")).toEqual([expect.stringContaining("vous ne recevrez plus")]);
  });

  it("is the channel's first for words that several languages share, and for its own words", async () => {
    fakes = channel({ keywords: { languages: ["es", "en"], words: { stop: ["basta ya"], start: [], help: [] } } });
    expect(await answerTo("STOP")).toEqual([expect.stringContaining("dejaremos")]);
    fakes = channel({ keywords: { languages: ["es", "en"], words: { stop: ["basta ya"], start: [], help: [] } } });
    expect(await answerTo("¡Basta ya!")).toEqual([expect.stringContaining("dejaremos")]);
  });

  it("does not matter for a reply of the channel, unless it has one for the language", async () => {
    const keywordReplies = { stop: "Bye. Adiós.", byLanguage: { es: { stop: "Adiós." } } };
    fakes = channel({ keywords: { languages: ["en", "fr", "es"] }, keywordReplies });
    expect(await answerTo("ARRET")).toEqual(["Bye. Adiós."]);
    fakes = channel({ keywords: { languages: ["en", "fr", "es"] }, keywordReplies });
    expect(await answerTo("ALTO")).toEqual(["Adiós."]);
  });

  it("keeps a standard reply in GSM-7 characters, so that it fits two segments", async () => {
    for (const text of ["PARAR", "ALTA", "AYUDA", "ARRET", "REPRENDRE", "AIDE", "STOP", "START", "HELP"]) {
      fakes = channel({ keywords: { languages: ["en", "fr", "es"] } });
      await say(text);
      expect(
        fakes.messages.replies().map(({ segments }) => segments),
        text,
      ).toEqual([expect.toSatisfy((n) => n <= 2)]);
    }
  });
});
