import type { Route } from "playwright-core";
import { describe, expect, it } from "vitest";
import { startTestSystem } from "../system/support/test-system.ts";
import { HAS_BROWSER, Person } from "./support/console-page.ts";

const ROBIN = "+14255550123";
const REPLY = "Which model is it?";
const REPLIES = "**/api/conversations/*/replies";

/** Ana has accepted Robin's conversation. */
const accepted = async () => {
  const system = await startTestSystem();
  const ana = await Person.open(system, "ana");
  const page = await ana.openConsole();
  await system.text(ROBIN, "My tent leaks.");
  await page.accept("Robin Lake");
  const expectOneText = async () => {
    await page.delivered.waitFor();
    await system.twin.settled();
    expect(await system.customer(ROBIN).received()).toEqual([REPLY]);
    expect(await page.messages.getByText(REPLY).count()).toBe(1);
  };
  return { system, ana, page, expectOneText };
};

/** Spoils the first response; the app has accepted the reply by then. */
const once = (spoil: (route: Route) => Promise<void>) => {
  let isSpoiled = false;
  return async (route: Route) => {
    if (isSpoiled) return route.continue();
    isSpoiled = true;
    await spoil(route);
  };
};

describe.skipIf(!HAS_BROWSER)("a reply reaches the customer once", () => {
  it("when the response to it is lost", async () => {
    const { page, expectOneText } = await accepted();
    await page.page.route(
      REPLIES,
      once(async (route) => {
        await route.fetch();
        await route.abort("connectionreset");
      }),
    );
    await page.composer.fill(REPLY);
    await page.sendButton.click();
    await expectOneText();
  });

  it("when the app responds that it is unavailable, having accepted it", async () => {
    const { page, expectOneText } = await accepted();
    await page.page.route(
      REPLIES,
      once(async (route) => {
        await route.fetch();
        await route.fulfill({ status: 503, body: "" });
      }),
    );
    await page.composer.fill(REPLY);
    await page.sendButton.click();
    await expectOneText();
  });

  it("when the page is reloaded before the response", async () => {
    const { page, expectOneText } = await accepted();
    let isHeld = true;
    await page.page.route(REPLIES, async (route) => {
      if (!isHeld) return route.continue();
      await route.fetch();
      await page.page.reload().catch(() => undefined); // the reload ends this request too
    });
    await page.composer.fill(REPLY);
    const reloaded = page.page.waitForEvent("load");
    await page.sendButton.click();
    await reloaded;
    isHeld = false;
    await expectOneText();
  });

  it("when the agent clicks and presses twice", async () => {
    const { page, expectOneText } = await accepted();
    await page.composer.fill(REPLY);
    await page.sendButton.dblclick();
    await page.composer.press("Control+Enter");
    await page.composer.press("Control+Enter");
    await expectOneText();
  });

  it("when the same conversation is open in two tabs", async () => {
    const { ana, page, expectOneText } = await accepted();
    const path = new URL(page.page.url()).pathname.slice("/console/".length);
    const other = await ana.openConsole(path);
    await other.composer.waitFor();
    await page.composer.fill(REPLY);
    await page.sendButton.click();
    await other.messages.getByText(REPLY).waitFor();
    await expectOneText();
    expect(await other.composer.inputValue()).toBe("");
  });
});
