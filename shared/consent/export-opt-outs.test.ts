import { describe, expect, it } from "vitest";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { customerOf } from "../../tests/fakes/sample-conversation.ts";
import { sampleText } from "../../tests/fakes/sample-text.ts";
import { newThread, type Thread, threadIdOf } from "../conversation/thread.ts";
import { receiveText } from "../intake/receive-text.ts";
import { agentIdSchema } from "../kernel/ids.ts";
import { addSeconds } from "../kernel/instant.ts";
import { addressSchema } from "../sms/address.ts";
import { exportOptOuts } from "./export-opt-outs.ts";
import { addOptOut, recordProviderOptOut } from "./set-consent.ts";

const ADMINISTRATOR = { agentId: agentIdSchema.parse("admin"), reason: "asked by phone" };

/** Opts a sample customer out, `n` seconds after the test began. */
const optOut = async (fakes: Fakes, n: number): Promise<Thread> => {
  const channelNumber = addressSchema.parse("+14255550100");
  const customer = addressSchema.parse(customerOf(n));
  const changedAt = addSeconds(fakes.now(), n);
  const consent = { optedOut: true, changedAt, source: { kind: "provider" as const } };
  const id = threadIdOf(fakes.keyedHash, channelNumber, customer);
  const thread = {
    ...newThread({ id, channelId: "main", channelNumber, customer }),
    consent,
    consentHistory: [consent],
  };
  await fakes.threads.create(thread);
  return thread;
};

describe("exportOptOuts", () => {
  it("exports who opted the customer out, since when, and the reason of an administrator", async () => {
    const fakes = makeFakes();
    const stoppedAt = addSeconds(fakes.now(), 1);
    await receiveText(fakes, sampleText({ text: "STOP", from: customerOf(1), receivedAt: stoppedAt }));
    await receiveText(fakes, sampleText({ id: "second", from: customerOf(2) }));
    const refused = fakes.conversations.all()[0];
    if (!refused) throw new Error("no conversation was opened");
    await recordProviderOptOut(fakes, refused.threadId, fakes.now());
    fakes.clock.advance(2);
    await addOptOut(fakes, { channelId: "main", customer: customerOf(3), ...ADMINISTRATOR });
    const common = { channel: "main", channelNumber: "+14255550100" };
    expect(await exportOptOuts(fakes, "main")).toEqual([
      { ...common, customer: customerOf(3), since: fakes.now(), by: "administrator", reason: "asked by phone" },
      { ...common, customer: customerOf(1), since: stoppedAt, by: "customer", reason: "" },
      { ...common, customer: customerOf(2), since: addSeconds(fakes.now(), -2), by: "provider", reason: "" },
    ]);
  });

  it("exports all of several pages, the latest change first", async () => {
    const fakes = makeFakes();
    const customers: string[] = [];
    for (let n = 0; n < 250; n++) customers.unshift((await optOut(fakes, n)).customer);
    const lines = await exportOptOuts(fakes, undefined);
    expect(lines.map(({ customer }) => customer)).toEqual(customers);
  });

  it("exports nothing for another channel", async () => {
    const fakes = makeFakes();
    await optOut(fakes, 0);
    expect(await exportOptOuts(fakes, "other")).toEqual([]);
  });
});
