import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { startTeam, type Team } from "../support/team.ts";

/** The reports of a text at the moment when it is delivered: sent and delivered. */
const REPORTS_PER_TEXT = 2;
const FOREIGN_REPORTS = 1000;
const TEXTS = 50;
/** By the twin's clock, in milliseconds: the time of the machine, without the delays of retries. */
const LATEST_MS = 2000;

const { Values: settings } = JSON.parse(
  readFileSync(new URL("../../../local.settings.sample.json", import.meta.url), "utf8"),
);

/** Sends a text as another app of the company's Twilio account, which has its delivery reports sent to our address. */
const sendAsOtherApp = async ({ twin, number }: Team): Promise<void> => {
  const { phoneNetwork, functions } = twin.addresses;
  const { TWILIO_ACCOUNT_SID: account, TWILIO_API_KEY_SID: key, TWILIO_API_KEY_SECRET: secret } = settings;
  const response = await fetch(`${phoneNetwork}/2010-04-01/Accounts/${account}/Messages.json`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}` },
    body: new URLSearchParams({
      To: "+14255550199",
      From: number,
      Body: "Your table is ready.",
      StatusCallback: `${functions}/api/webhooks/twilio`,
    }),
  });
  expect(response.status).toBe(201);
};

/** Far less than a message lock, in milliseconds. */
const STEP_MS = 30_000;

it("processes texts at once while a thousand reports of another app's texts cannot be placed", {
  timeout: 300_000,
}, async () => {
  const team = await startTeam({
    agents: [{ id: "ana", capacity: TEXTS }],
    channels: [{ id: "main", provider: "twilio", numberType: "long-code" }],
  });
  const { twin, number } = team;
  const calls = (about: "text" | "report") => twin.phoneNetwork.webhookCalls().filter((call) => call.about === about);
  const text = async (n: number): Promise<void> => {
    twin.phoneNetwork.text({ from: `+1425555${2000 + n}`, to: number, text: "My tent leaks." });
    await twin.settled();
  };
  await text(0); // the first text of a process also loads what it needs
  for (let n = 1; n <= TEXTS; n++) {
    const foreignTexts = Array.from({ length: FOREIGN_REPORTS / REPORTS_PER_TEXT / TEXTS }, () => sendAsOtherApp(team));
    await Promise.all(foreignTexts);
    await twin.settled();
    await text(n);
  }
  expect(calls("report").length).toBeGreaterThanOrEqual(FOREIGN_REPORTS * 0.9);

  const { body } = await team.sofia.call("conversations?limit=100");
  const openedAt = body.items.map((item: { openedAt: string }) => Date.parse(item.openedAt)).toSorted();
  expect(openedAt).toHaveLength(TEXTS + 1);
  const answeredAt = calls("text").map(({ attemptedAt }) => Date.parse(attemptedAt));
  const delays = openedAt.map((opened: number, n: number) => opened - (answeredAt[n] ?? 0)).slice(1);
  expect(Math.max(...delays)).toBeLessThanOrEqual(LATEST_MS);

  const queue = () => twin.serviceBus.snapshot()["provider-events"];
  for (let step = 0; step < 10 && queue()?.scheduled !== 0; step++) {
    twin.clock.advance(STEP_MS);
    await twin.settled();
  }
  expect(queue()).toMatchObject({ active: 0, scheduled: 0, deadLettered: 0 });
  const { body: quarantine } = await team.admin.call("quarantine?limit=100");
  const reasons = quarantine.items.map(({ reason }: { reason: string }) => reason);
  expect(new Set(reasons)).toEqual(new Set(["unknown-message"]));
});
