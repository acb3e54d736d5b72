import { describe, expect, it } from "vitest";
import { shareTwin, type Team } from "../support/team.ts";

const nextTeam = shareTwin();

/** Sends a body without a length, as `PostAsJsonAsync` of .NET and many proxies do. */
const postInChunks = async ({ twin, admin }: Team, path: string, body: string): Promise<[number, unknown]> => {
  const headers = { authorization: `Bearer ${await twin.identity.token(admin.id, { roles: ["Administrator"] })}` };
  const chunks = new Blob([body]).stream();
  const response = await fetch(`${twin.addresses.functions}/api/${path}`, {
    method: "POST",
    headers,
    body: chunks,
    duplex: "half",
  });
  return [response.status, await response.json()];
};

describe("a body that is sent in chunks, which the Functions host drops", () => {
  it.each([
    ["the API", "contacts", JSON.stringify({ mobilePhone: "+14255550123", firstName: "Robin" })],
    ["the webhook of Twilio", "webhooks/twilio", "MessageSid=SM1&Body=Hello"],
    ["the webhook of TeleSign", "webhooks/telesign", JSON.stringify({ reference_id: "1" })],
  ])("gets 411 from %s, with what to send instead", async (_, path, body) => {
    const [status, problem] = await postInChunks(nextTeam(), path, body);
    expect(status).toBe(411);
    expect(problem).toMatchObject({
      type: "urn:hilo:problem:length-required",
      detail: expect.stringContaining("Send Content-Length"),
    });
  });
});
