import { describe, expect, it } from "vitest";
import texts from "../../../tests/fixtures/stop-requests.json" with { type: "json" };
import { keywordOf } from "../keyword.ts";
import { asksToStop } from "./stop-request.ts";

/** The part of the texts for which the answer is right, and the others. */
const measured = (labelled: readonly string[], right: boolean) => {
  const wrong = labelled.filter((text) => asksToStop(text) !== right);
  return { rate: 1 - wrong.length / labelled.length, wrong };
};

describe.each(Object.entries(texts))("asksToStop in %s", (_, { requests, others }) => {
  it("is measured on at least 150 texts of each kind, none of them a keyword", () => {
    expect(requests.length).toBeGreaterThanOrEqual(150);
    expect(others.length).toBeGreaterThanOrEqual(150);
    expect(requests.filter((text) => keywordOf(text, false))).toEqual([]);
  });

  it("recognises 95 % of the requests", () => {
    const { rate, wrong } = measured(requests, true);
    expect(rate, JSON.stringify(wrong)).toBeGreaterThanOrEqual(0.95);
  });

  it("does not flag 95 % of the other texts", () => {
    const { rate, wrong } = measured(others, false);
    expect(rate, JSON.stringify(wrong)).toBeGreaterThanOrEqual(0.95);
  });
});

describe("asksToStop", () => {
  it.each([
    "Please stop texting me",
    "stop sending me messages!!",
    "STOP. I mean it.",
    "Don’t text me again",
    "do not contact this number",
    "I want to unsubscribe from this",
    "opt me out? I said opt-out",
    "no more texts please",
    "take me off your list",
    "I revoke my consent",
    "I said stop",
    "pls stop",
    "opt me out",
    "unsuscribe",
    "CANCEL ALL",
    "1. STOP",
    "STOPSMS",
    "STOPP",
    "no more",
    "wrong number",
    "PARAR",
    "ALTO",
    "No me escriban más",
    "“stop texting me”",
    "ＰＬＥＡＳＥ ＳＴＯＰ",
    "please s\u200Bt\u200Bo\u200Bp",
    "My tent leaks.\nAlso, stop texting me",
  ])("flags %j", (text) => {
    expect(asksToStop(text)).toBe(true);
  });

  it.each(["STOP", "opt out", "Arrêt", "When does the sale end?", "The bus stop is closed", "My tent leaks.", ""])(
    "does not flag %j",
    (text) => {
      expect(asksToStop(text)).toBe(false);
    },
  );

  it.each([
    'What does "Reply STOP to opt out" mean?',
    "You wrote «stop texting me», I did not",
    "> Please stop texting me\nThat was not me",
    "Do I have to reply STOP to unsubscribe?",
    "¿Respondo ALTO para cancelar?",
    "Liked “Contoso: reply STOP to opt out”",
    "Le gustó “Responda ALTO para no recibir más mensajes”",
  ])("does not flag what a text only quotes: %j", (text) => {
    expect(asksToStop(text)).toBe(false);
  });

  it("takes milliseconds, whatever the text", () => {
    const words = [
      "please ",
      "you guys ",
      "all of it this ",
      "por favor ya no ",
      "de los las ",
      '"',
      "s.t.",
      "a ",
      "(",
    ];
    for (const word of words) {
      const startedAt = performance.now();
      asksToStop(`stop ${word.repeat(20_000 / word.length)}x`);
      expect(performance.now() - startedAt, word).toBeLessThan(1000);
    }
  });
});
