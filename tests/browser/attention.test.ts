import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { startTestSystem } from "../system/support/test-system.ts";
import { HAS_BROWSER, Person } from "./support/console-page.ts";

const ROBIN = "+14255550123";

/** What a page has done to be noticed. */
interface Noise {
  readonly tones: number;
  readonly notifications: readonly string[];
}

/**
 * Replaces sound and notifications, which a browser without a screen does not have. As in a browser with one, sound is
 * blocked until the person has clicked or pressed a key.
 */
const recordNoise = async (person: Person): Promise<void> => {
  await person.context.addInitScript(() => {
    const noise = { tones: 0, notifications: [] as string[] };
    class Context {
      state = "suspended";
      currentTime = 0;
      destination = {};
      async resume() {
        if (navigator.userActivation.hasBeenActive) this.state = "running";
      }
    }
    class AudioParameter {
      setValueAtTime() {}
      exponentialRampToValueAtTime() {}
    }
    class AudioPart {
      gain = new AudioParameter();
      connect(target: object) {
        return target;
      }
      start() {
        noise.tones += 1;
      }
      stop() {}
    }
    class Shown {
      static permission = "granted";
      constructor(title: string) {
        noise.notifications.push(title);
      }
      close() {}
    }
    Object.assign(globalThis, { noise, AudioContext: Context, OscillatorNode: AudioPart, GainNode: AudioPart });
    Object.assign(globalThis, { Notification: Shown });
    document.hasFocus = () => false; // another program is in front
  });
};

const noiseOf = (page: Page): Promise<Noise> => page.evaluate(() => (globalThis as unknown as { noise: Noise }).noise);

describe.skipIf(!HAS_BROWSER)("an offer", () => {
  it("sounds and notifies once, however many tabs are open, and shows in the title of all", async () => {
    const system = await startTestSystem();
    const ana = await Person.open(system, "ana");
    await recordNoise(ana);
    const tabs = [await ana.openConsole(), await ana.openConsole(), await ana.openConsole()];
    for (const { page } of tabs) await page.getByRole("button", { name: "Turn sound on" }).click();
    await system.text(ROBIN, "My tent leaks.");
    for (const tab of tabs) await tab.offer("Robin Lake").waitFor();
    for (const { page } of tabs) expect(await page.title()).toBe("(1) Hilo");
    const noises = await Promise.all(tabs.map(({ page }) => noiseOf(page)));
    expect(noises.flatMap(({ notifications }) => notifications)).toEqual(["Offer: Robin Lake"]);
    expect(noises.filter(({ tones }) => tones > 0)).toHaveLength(1);
    await tabs[0]?.accept("Robin Lake");
    await tabs[1]?.offer("Robin Lake").waitFor({ state: "detached" });
    expect(await tabs[1]?.page.title()).toBe("(1) Hilo"); // the customer waits for a reply
  });

  it("cannot be overheard unknowingly: the page says that its sound is blocked", async () => {
    const system = await startTestSystem();
    const ana = await Person.open(system, "ana");
    await recordNoise(ana);
    const { page } = await ana.openConsole();
    const bar = page.getByRole("status").filter({ hasText: "blocks sounds" });
    await bar.waitFor();
    await page.getByRole("button", { name: "Turn sound on" }).click();
    await bar.waitFor({ state: "detached" });
  });
});
