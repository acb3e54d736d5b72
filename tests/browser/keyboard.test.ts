import { describe, expect, it } from "vitest";
import { buildOrganisation } from "../system/support/organisation.ts";
import { startTestSystem } from "../system/support/test-system.ts";
import { type ConsolePage, HAS_BROWSER, Person } from "./support/console-page.ts";

const ROBIN = "+14255550123";
const STATE_AFTER = { park: "Put aside", end: "Wrap-up", transfer: "Active" } as const;

/** Ana handles everything, and finishes her notes after each conversation. */
const withWrapUp = () =>
  buildOrganisation({
    agents: [{ id: "ana", name: "Ana" }],
    queues: [{ id: "support", wrapUpSeconds: 600 }],
    contacts: [{ mobilePhone: ROBIN, firstName: "Robin", lastName: "Lake" }],
  });

const accepted = async (): Promise<ConsolePage> => {
  const system = await startTestSystem();
  const ana = await Person.open(system, "ana");
  const page = await ana.openConsole();
  await system.text(ROBIN, "My tent leaks.");
  await page.accept("Robin Lake");
  return page;
};

/** Presses a key as a keyboard does on which AltGr and the letter's key write a character. */
const pressAltGr = (page: ConsolePage, character: string, code: string) =>
  page.page.evaluate(
    ([key, keyCode]) => {
      const target = document.activeElement ?? document.body;
      const options = { key, code: keyCode, ctrlKey: true, altKey: true, bubbles: true, cancelable: true };
      const event = new KeyboardEvent("keydown", { ...options, modifierAltGraph: true });
      target.dispatchEvent(event);
      return event.defaultPrevented;
    },
    [character, code] as const,
  );

describe.skipIf(!HAS_BROWSER)("a key", () => {
  it("writes its letter in a text box, and does nothing else", async () => {
    const page = await accepted();
    const text = "jkretp ? ñ ¿qué? Straße zażółć gęślą jaźń";
    await page.composer.click();
    await page.page.keyboard.type(text);
    expect(await page.composer.inputValue()).toBe(text);
    for (const [character, code] of [
      ["@", "KeyQ"],
      ["€", "KeyE"],
      ["ę", "KeyE"],
      ["þ", "KeyP"],
      ["ķ", "KeyK"],
    ] as const) {
      expect(await pressAltGr(page, character, code)).toBe(false);
    }
    await page.page.getByRole("button", { name: "Put aside" }).waitFor();
    expect(await page.page.getByRole("dialog").count()).toBe(0);
  });

  it("does not send the word that an input method has composed", async () => {
    const page = await accepted();
    await page.composer.click();
    const devTools = await page.page.context().newCDPSession(page.page);
    await devTools.send("Input.imeSetComposition", { text: "にほん", selectionStart: 3, selectionEnd: 3 });
    await devTools.send("Input.dispatchKeyEvent", {
      type: "rawKeyDown",
      key: "Enter",
      windowsVirtualKeyCode: 229,
      modifiers: 2,
    });
    await devTools.send("Input.insertText", { text: "にほん" });
    expect(await page.composer.inputValue()).toBe("にほん");
    expect(await page.messages.getByText("にほん").count()).toBe(0);
  });

  it("is all that an agent needs, from the offer to the end", async () => {
    const system = await startTestSystem({ organisation: withWrapUp() });
    const ana = await Person.open(system, "ana");
    const page = await ana.openConsole();
    const { keyboard } = page.page;
    await system.text(ROBIN, "My tent leaks.");
    await page.offer("Robin Lake").waitFor();
    await keyboard.press("F8");
    await keyboard.press("Enter");
    await page.composerTo("Robin Lake").waitFor();
    await keyboard.type("Which model is it?");
    await keyboard.press("Control+Enter");
    await page.delivered.waitFor();
    await keyboard.type("/thank");
    await keyboard.press("Enter");
    await expect.poll(() => page.composer.inputValue(), { timeout: 20_000 }).toContain("Thank you for your patience.");
    await keyboard.press("Control+Enter");
    await expect.poll(async () => (await system.customer(ROBIN).received()).length, { timeout: 20_000 }).toBe(2);
    await keyboard.press("Escape");
    await keyboard.press("e");
    await page.page.getByRole("button", { name: "Finish" }).waitFor();
    await keyboard.press("e");
    await page.page.getByText("The conversation is closed.").waitFor();
  });

  it("runs a command outside of text boxes, unless single keys are turned off", async () => {
    const page = await accepted();
    const { keyboard } = page.page;
    const dialog = page.page.getByRole("dialog");
    await page.composer.press("Escape");
    await keyboard.press("t");
    await dialog.getByText("Transfer the conversation").waitFor();
    await keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });

    await page.page.getByRole("heading", { level: 1 }).click();
    await keyboard.press("Control+k");
    await dialog.getByRole("switch").click();
    await keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    for (const key of ["p", "e", "t", "?"]) await keyboard.press(key);
    expect(await dialog.count()).toBe(0);
    await page.page.getByRole("complementary").getByText(STATE_AFTER.transfer, { exact: true }).waitFor();
  });
});
