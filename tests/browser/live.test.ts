import { describe, expect, it } from "vitest";
import { startTestSystem } from "../system/support/test-system.ts";
import { HAS_BROWSER, Person } from "./support/console-page.ts";

const ROBIN = "+14255550123";

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

describe.skipIf(!HAS_BROWSER)("live updates", () => {
  it("bring a change to an open page within three seconds at the median", async () => {
    const system = await startTestSystem();
    const ana = await Person.open(system, "ana");
    const page = await ana.openConsole();
    await system.text(ROBIN, "My tent leaks.");
    await page.accept("Robin Lake");
    const delays: number[] = [];
    for (const text of ["one", "two", "three", "four", "five"]) {
      const sentAt = performance.now();
      await system.customer(ROBIN).text("+18005550100", text);
      await page.messages.getByText(text, { exact: true }).waitFor();
      delays.push(performance.now() - sentAt);
    }
    console.log(`A text is on the page after ${delays.map((ms) => Math.round(ms)).join(", ")} ms.`);
    expect(median(delays)).toBeLessThan(3_000);
  });

  it("may stop without harm: the page polls", async () => {
    const system = await startTestSystem();
    const ana = await Person.open(system, "ana");
    const page = await ana.openConsole();
    await system.text(ROBIN, "My tent leaks.");
    await page.accept("Robin Lake");
    await system.twin.webPubSub.stop();
    await system.text(ROBIN, "Are you there?");
    await page.messages.getByText("Are you there?").waitFor();
    await page.composer.fill("Yes.");
    await page.sendButton.click();
    await page.delivered.waitFor();
    expect(await system.customer(ROBIN).received()).toEqual(["Yes."]);
  });
});
