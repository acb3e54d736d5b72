import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sampleSettings } from "../../../local/environment.ts";
import { callHttp } from "../../../local/people.ts";
import { awaitReports, messagesOf, openAndAccept } from "../support/conversation-steps.ts";
import { ROBIN, shareTwin, type Team } from "../support/team.ts";

const nextTwilioTeam = shareTwin({ provider: "twilio", numberType: "long-code" });
const nextTelesignTeam = shareTwin({ provider: "telesign", numberType: "long-code" });

/** The texts of Hilo on Robin's phone, keyword answers included. */
const answersOf = ({ twin, number }: Team): readonly string[] =>
  twin.phoneNetwork
    .handset(ROBIN)
    .filter(({ from, origin }) => from === number && origin === "sender")
    .map(({ text }) => text);

/** Delivers a text as Twilio does once Advanced Opt-Out has handled it. @returns the HTTP status of the response. */
const deliverHandled = async ({ twin, number }: Team, text: string, verdict: string): Promise<number> => {
  const parameters = { MessageSid: `SM-${number}-${text}`, From: ROBIN, To: number, Body: text, OptOutType: verdict };
  const url = `${twin.addresses.functions}/api/webhooks/twilio`;
  const signed = Object.entries(parameters).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const { status } = await callHttp(url, {
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": createHmac("sha1", sampleSettings().TWILIO_AUTH_TOKEN ?? "")
        .update(url + signed.flat().join(""))
        .digest("base64"),
    },
    body: new URLSearchParams(parameters).toString(),
  });
  await awaitReports({ twin });
  return status;
};

describe("a text that Twilio's Advanced Opt-Out has handled", () => {
  it.each(["PARAR", "Bitte nicht mehr", "stop"])(
    "opts the customer out, whatever the word, and gets no second answer: %s",
    async (word) => {
      const team = nextTwilioTeam();
      const id = await openAndAccept(team);
      expect(await deliverHandled(team, word, "STOP")).toBe(200);
      expect((await team.ana.call(`conversations/${id}`)).body).toMatchObject({ optedOut: true, preview: word });
      expect((await team.ana.reply(id, "Wait!")).body.type).toBe("urn:hilo:problem:recipient-opted-out");
      expect(answersOf(team)).toEqual([]);
      expect(await deliverHandled(team, "WEITER", "START")).toBe(200);
      expect((await team.ana.call(`conversations/${id}`)).body.optedOut).toBe(false);
      expect(await deliverHandled(team, "HILFE", "HELP")).toBe(200);
      expect(answersOf(team)).toEqual([]);
    },
  );

  it("opens no conversation", async () => {
    const team = nextTwilioTeam();
    await deliverHandled(team, "PARAR", "STOP");
    await deliverHandled(team, "SEGUIR", "START");
    await deliverHandled(team, "SOCORRO", "HELP");
    expect(await team.ana.workItems()).toEqual([]);
  });
});

describe("a text that TeleSign classifies", () => {
  it("is a request for help with a word that only TeleSign knows, and Hilo answers it", async () => {
    const team = nextTelesignTeam();
    const id = await openAndAccept(team);
    await team.text(ROBIN, "Contact");
    await awaitReports(team);
    expect(await messagesOf(team.ana, id)).toMatchObject([{}, { text: "Contact" }, { direction: "outbound" }]);
    expect(answersOf(team)).toEqual([expect.stringContaining("text your question")]);
  });
});
