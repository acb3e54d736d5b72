import { describe, expect, it } from "vitest";
import { OptOuts } from "./opt-outs.ts";

const OWNED = "+18005550100";
const CUSTOMER = "+15551230001";

describe("OptOuts", () => {
  it.each(["STOP", " stop\n", "StopAll", "unsubscribe", "cancel", "end", "quit"])("blocks on %j", (word) => {
    const optOuts = new OptOuts();
    expect(optOuts.hear(OWNED, CUSTOMER, word)).toContain("blocks all texts sent from this number");
    expect(optOuts.isBlocked(OWNED, CUSTOMER)).toBe(true);
  });

  it.each(["START", "unstop"])("unblocks on %j", (word) => {
    const optOuts = new OptOuts();
    optOuts.hear(OWNED, CUSTOMER, "STOP");
    expect(optOuts.hear(OWNED, CUSTOMER, word)).toContain("begin receiving messages again");
    expect(optOuts.isBlocked(OWNED, CUSTOMER)).toBe(false);
  });

  it.each(["Please stop", "stop it", "bus stop?"])("does not take %j for an opt-out", (text) => {
    const optOuts = new OptOuts();
    expect(optOuts.hear(OWNED, CUSTOMER, text)).toBeUndefined();
    expect(optOuts.isBlocked(OWNED, CUSTOMER)).toBe(false);
  });

  it("answers only what changes something", () => {
    const optOuts = new OptOuts();
    expect(optOuts.hear(OWNED, CUSTOMER, "START")).toBeUndefined();
    optOuts.hear(OWNED, CUSTOMER, "STOP");
    expect(optOuts.hear(OWNED, CUSTOMER, "STOP")).toBeUndefined();
  });

  it("blocks one number for one customer", () => {
    const optOuts = new OptOuts();
    optOuts.hear(OWNED, CUSTOMER, "STOP");
    expect(optOuts.isBlocked("+18005550199", CUSTOMER)).toBe(false);
    expect(optOuts.isBlocked(OWNED, "+15551230002")).toBe(false);
  });
});
