import { describe, expect, it } from "vitest";
import { startTestSystem } from "../system/support/test-system.ts";
import { HAS_BROWSER, Person } from "./support/console-page.ts";

const ROBIN = "+14255550123";

const accepted = async (options: { readonly undoSeconds?: number } = {}) => {
  const system = await startTestSystem();
  const ana = await Person.open(system, "ana", options);
  const page = await ana.openConsole();
  await system.text(ROBIN, "My tent leaks.");
  await page.accept("Robin Lake");
  const id = decodeURIComponent(page.page.url().split("/").at(-1) ?? "");
  return { system, page, id };
};

describe.skipIf(!HAS_BROWSER)("a reply", () => {
  it("can be taken back: it is in the box again, and the customer never gets it", async () => {
    const { system, page } = await accepted({ undoSeconds: 10 });
    await page.composer.fill("You should have read the manual.");
    await page.sendButton.click();
    await page.messages.getByRole("button", { name: "Undo" }).click();
    await page.messages.getByText("You should").waitFor({ state: "detached" });
    expect(await page.composer.inputValue()).toBe("You should have read the manual.");
    system.twin.clock.advance(60_000);
    await system.twin.settled();
    expect(await system.customer(ROBIN).received()).toEqual([]);
  });

  it("is sent when its author leaves it", async () => {
    const { system, page } = await accepted({ undoSeconds: 10 });
    await page.composer.fill("Which model is it?");
    await page.sendButton.click();
    await page.messages.getByRole("button", { name: "Undo" }).waitFor();
    system.twin.clock.advance(11_000);
    await page.delivered.waitFor();
    expect(await system.customer(ROBIN).received()).toEqual(["Which model is it?"]);
  });

  it("stops when a colleague has written since, and is sent all the same or becomes a note", async () => {
    const { system, page, id } = await accepted();
    await page.composer.fill("Which model is it?");
    // The page learns of the note only from the refusal.
    await page.page.route("**/messages?*", (route) => route.abort());
    const noted = await system
      .colleague("sofia")
      .call(`conversations/${id}/notes`, { body: { text: "I have called him." } });
    expect(noted.status).toBe(201);
    await page.sendButton.click();
    await page.messages.getByText("A colleague has written since").waitFor();
    expect(await system.customer(ROBIN).received()).toEqual([]);
    await page.page.unroute("**/messages?*");
    await page.messages.getByText("I have called him.").waitFor();
    await page.messages.getByRole("button", { name: "Send all the same" }).click();
    await page.delivered.waitFor();
    expect(await system.customer(ROBIN).received()).toEqual(["Which model is it?"]);
  });

  it("that failed is sent again by a click", async () => {
    const { system, page } = await accepted();
    system.twin.phoneNetwork.addFault({ on: "send", effect: "refuse-recipient", errorMessage: "refused" });
    await page.composer.fill("Which model is it?");
    await page.sendButton.click();
    await page.messages.getByText("Not delivered").waitFor();
    await page.messages.getByRole("button", { name: "Send again" }).click();
    await page.delivered.waitFor();
    expect(await system.customer(ROBIN).received()).toEqual(["Which model is it?"]);
  });
});

describe.skipIf(!HAS_BROWSER)("a note", () => {
  it("is in the thread for colleagues, and the customer never gets it", async () => {
    const { system, page } = await accepted();
    await page.page.getByRole("button", { name: "Add a note" }).click();
    await page.page.getByRole("textbox", { name: "Note for colleagues" }).fill("Asked twice already.");
    await page.page.getByRole("button", { name: "Save note" }).click();
    await page.messages.getByText("Note by Ana").waitFor();
    const sofia = await (await Person.open(system, "sofia")).openConsole(
      new URL(page.page.url()).pathname.slice("/console/".length),
    );
    await sofia.messages.getByText("Asked twice already.").waitFor();
    await system.twin.settled();
    expect(await system.customer(ROBIN).received()).toEqual([]);
  });
});
