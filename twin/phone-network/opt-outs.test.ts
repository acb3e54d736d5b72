import { describe, expect, it } from "vitest";
import { OptOuts } from "./opt-outs.ts";

const OWNED = "+18005550100";
const CUSTOMER = "+15551230001";

const text = (words: string) => ({ from: CUSTOMER, to: OWNED, text: words });

describe("OptOuts", () => {
  it.each(["STOP", " stop\n", "StopAll", "unsubscribe", "cancel", "end", "quit"])("blocks on %j", (word) => {
    const optOuts = new OptOuts();
    expect(optOuts.apply(text(word))).toContain("blocks all texts sent from this number");
    expect(optOuts.isBlocked(OWNED, CUSTOMER)).toBe(true);
  });

  it.each(["START", "unstop"])("unblocks on %j", (word) => {
    const optOuts = new OptOuts();
    optOuts.apply(text("STOP"));
    expect(optOuts.apply(text(word))).toContain("begin receiving messages again");
    expect(optOuts.isBlocked(OWNED, CUSTOMER)).toBe(false);
  });

  it.each(["Please stop", "stop it", "bus stop?"])("does not treat %j as an opt-out", (words) => {
    const optOuts = new OptOuts();
    expect(optOuts.apply(text(words))).toBeUndefined();
    expect(optOuts.isBlocked(OWNED, CUSTOMER)).toBe(false);
  });

  it("replies only to a word that changes something", () => {
    const optOuts = new OptOuts();
    expect(optOuts.apply(text("START"))).toBeUndefined();
    optOuts.apply(text("STOP"));
    expect(optOuts.apply(text("STOP"))).toBeUndefined();
  });

  it("blocks only one number for one customer", () => {
    const optOuts = new OptOuts();
    optOuts.apply(text("STOP"));
    expect(optOuts.isBlocked("+18005550199", CUSTOMER)).toBe(false);
    expect(optOuts.isBlocked(OWNED, "+15551230002")).toBe(false);
  });
});
