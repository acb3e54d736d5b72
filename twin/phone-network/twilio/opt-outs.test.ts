import { describe, expect, it } from "vitest";
import { REPORT_DELAY_MS } from "../testing/network.ts";
import { COMPANY, CUSTOMER, startTwilio, TOLL_FREE } from "./testing.ts";

describe("a long code", () => {
  it.each(["STOP", " stopall\n", "Unsubscribe", "cancel", "END", "quit", "revoke", "OPTOUT"])(
    "is refused with 21610 for a customer who texted %j, which the app receives",
    async (word) => {
      const { network, receiver, send, called } = await startTwilio();
      network.text({ from: CUSTOMER, to: COMPANY, text: word });
      await called(1);
      expect(receiver.forms()).toMatchObject([{ Body: word }]);
      expect(await send()).toMatchObject({ status: 400, body: { code: 21610, status: 400 } });
      expect(network.handset(CUSTOMER)).toMatchObject([{ from: COMPANY, origin: "network" }]);
    },
  );

  it.each(["START", "yes", "unstop"])("sends again after %j", async (word) => {
    const { network, send } = await startTwilio();
    network.text({ from: CUSTOMER, to: COMPANY, text: "STOP" });
    network.text({ from: CUSTOMER, to: COMPANY, text: word });
    expect(await send()).toMatchObject({ status: 201 });
    expect(network.handset(CUSTOMER)).toHaveLength(3);
  });

  it.each(["HELP", "info"])("gets a reply from Twilio to %j, and is not blocked", async (word) => {
    const { network, send } = await startTwilio();
    network.text({ from: CUSTOMER, to: COMPANY, text: word });
    expect(network.handset(CUSTOMER)).toMatchObject([{ origin: "network" }]);
    expect(await send()).toMatchObject({ status: 201 });
  });

  it.each(["Please stop", "stop it", "yes"])("treats %j as an ordinary text", async (words) => {
    const { network, send } = await startTwilio();
    network.text({ from: CUSTOMER, to: COMPANY, text: words });
    expect(network.handset(CUSTOMER)).toEqual([]);
    expect(await send()).toMatchObject({ status: 201 });
  });
});

describe("a toll-free number", () => {
  it("is blocked by the network: its text is accepted and fails later", async () => {
    const { clock, network, send, call } = await startTwilio();
    network.text({ from: CUSTOMER, to: TOLL_FREE, text: "STOP" });
    const sent = await send({ From: TOLL_FREE });
    expect(sent).toMatchObject({ status: 201 });
    clock.advance(REPORT_DELAY_MS);
    expect(await call(`/Messages/${sent.body.sid}.json`)).toMatchObject({
      body: { status: "undelivered", error_code: 30004 },
    });
    expect(network.handset(CUSTOMER)).toMatchObject([{ origin: "network", text: expect.stringContaining("NETWORK") }]);
  });

  it("is not unblocked by YES, nor blocked by REVOKE", async () => {
    const { network, send } = await startTwilio();
    for (const text of ["STOP", "YES", "START", "REVOKE"]) network.text({ from: CUSTOMER, to: TOLL_FREE, text });
    await send({ From: TOLL_FREE });
    expect(network.handset(CUSTOMER).map(({ origin }) => origin)).toEqual(["network", "network", "sender"]);
  });

  it("gets a reply from Twilio to HELP, unless the customer is blocked", async () => {
    const { network } = await startTwilio();
    for (const text of ["HELP", "STOP", "HELP"]) network.text({ from: CUSTOMER, to: TOLL_FREE, text });
    const texts = network.handset(CUSTOMER).map(({ text }) => text);
    expect(texts).toEqual([expect.stringMatching(/^Reply STOP/), expect.stringMatching(/^NETWORK/)]);
  });
});

describe("a short code", () => {
  it("gets no reply from Twilio and is not blocked", async () => {
    const { network, send } = await startTwilio();
    network.setNumber({ number: "12345", provider: "twilio", type: "short-code" });
    for (const text of ["HELP", "STOP", "START"]) network.text({ from: CUSTOMER, to: "12345", text });
    expect(network.handset(CUSTOMER)).toEqual([]);
    expect(await send({ From: "12345" })).toMatchObject({ status: 201 });
  });
});

describe("an opt-out", () => {
  it("applies to one number of the account only", async () => {
    const { network, send } = await startTwilio();
    network.text({ from: CUSTOMER, to: COMPANY, text: "STOP" });
    expect(await send({ From: TOLL_FREE })).toMatchObject({ status: 201 });
  });
});
