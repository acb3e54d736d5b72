import { describe, expect, it } from "vitest";
import { startTestSystem } from "../system/support/test-system.ts";
import { type ConsolePage, HAS_BROWSER, Person } from "./support/console-page.ts";

const ROBIN = "+14255550123";
const KIM = "+14255550124";

/** Checks what the person sees now, in both themes: they differ in colours only. */
const expectAccessible = async (page: ConsolePage): Promise<void> => {
  await page.page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  expect(await page.violations(), "light").toEqual([]);
  await page.page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  expect(await page.contrastViolations(), "dark").toEqual([]);
};

/** How far the page is wider than the screen, in pixels. */
const overflow = (page: ConsolePage): Promise<number> =>
  page.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

describe.skipIf(!HAS_BROWSER)("the inbox", () => {
  it("violates no rule of WCAG 2.2 A and AA, in both themes", async () => {
    const system = await startTestSystem();
    const ana = await Person.open(system, "ana");
    const page = await ana.openConsole();
    await expectAccessible(page);
    await system.text(ROBIN, "My tent leaks.");
    await page.offer("Robin Lake").waitFor();
    await expectAccessible(page);
    await page.accept("Robin Lake");
    await page.composer.fill("Which model is it? “Ridge 2”?");
    await page.sendButton.click();
    await page.delivered.waitFor();
    await page.page.getByRole("button", { name: "Add a note" }).click();
    await expectAccessible(page);
    await page.page.getByRole("button", { name: "Transfer", exact: true }).click();
    await page.page.getByRole("dialog").waitFor();
    await expectAccessible(page);
  });

  it("fits a screen of 320 pixels, one part at a time, in Spanish", async () => {
    const system = await startTestSystem();
    const ana = await Person.open(system, "ana", { viewport: { width: 320, height: 512 }, locale: "es-ES" });
    const page = await ana.openConsole();
    await system.text(KIM, "¿Dónde está mi pedido?");
    const accept = page.page.getByRole("button", { name: "Aceptar" });
    await accept.waitFor();
    expect(await overflow(page)).toBe(0);
    await accept.click();
    const composer = page.page.getByRole("textbox", { name: "Responder a Kim Hill" });
    await composer.waitFor();
    await composer.fill("Un momento, por favor.");
    expect(await overflow(page)).toBe(0);
    expect(await page.violations()).toEqual([]);
    await page.page.getByRole("button", { name: "Volver a la lista" }).click();
    await composer.waitFor({ state: "hidden" });
    expect(await overflow(page)).toBe(0);
  });
});
