import { describe, expect, it } from "vitest";
import { startTestSystem } from "../system/support/test-system.ts";
import { HAS_BROWSER, Person } from "./support/console-page.ts";

const ROBIN = "+14255550123";
const KIM = "+14255550124";
const WRITTEN = "Sorry to hear that — which model?\nÄ ñ 🙂";

/** Ana has accepted Robin's conversation, and has begun to write. */
const writing = async () => {
  const system = await startTestSystem();
  const ana = await Person.open(system, "ana");
  const page = await ana.openConsole();
  await system.text(ROBIN, "My tent leaks.");
  await page.accept("Robin Lake");
  await page.composer.fill(WRITTEN);
  return { system, ana, page };
};

describe.skipIf(!HAS_BROWSER)("a text that an agent has begun to write", () => {
  it("stays with its conversation while the agent looks at another one", async () => {
    const { system, page } = await writing();
    await system.colleague("ben").setPresence("busy");
    await system.text(KIM, "Where is my order?");
    await page.accept("Kim Hill");
    expect(await page.composer.inputValue()).toBe("");
    await page.composer.fill("To Kim");
    await page.row("Robin Lake").click();
    await page.composerTo("Robin Lake").waitFor();
    expect(await page.composer.inputValue()).toBe(WRITTEN);
    await page.row("Kim Hill").click();
    await page.composerTo("Kim Hill").waitFor();
    expect(await page.composer.inputValue()).toBe("To Kim");
  });

  it("survives a reload, and a tab that is closed", async () => {
    const { ana, page } = await writing();
    await page.page.reload();
    await page.composer.waitFor();
    expect(await page.composer.inputValue()).toBe(WRITTEN);
    const path = new URL(page.page.url()).pathname.slice("/console/".length);
    await page.page.close();
    const again = await ana.openConsole(path);
    await again.composer.waitFor();
    expect(await again.composer.inputValue()).toBe(WRITTEN);
  });

  it("survives the end of the session, and is sent once the agent has signed in again", async () => {
    const { system, ana, page } = await writing();
    system.twin.identity.faults.refuseRefreshTokens(Number.POSITIVE_INFINITY);
    system.twin.clock.advance(2 * 3_600_000);
    const bar = page.page.getByRole("alert").filter({ hasText: "Your session has ended" });
    await bar.waitFor();
    expect(await page.composer.inputValue()).toBe(WRITTEN);
    await page.composer.press("Control+Enter");
    await ana.signInAgain(page);
    await bar.waitFor({ state: "detached" });
    await page.delivered.waitFor();
    expect(await system.customer(ROBIN).received()).toEqual([WRITTEN]);
  });

  it("can be copied after the conversation has gone to a colleague", async () => {
    const { system, page } = await writing();
    const sofia = system.colleague("sofia");
    const id = decodeURIComponent(page.page.url().split("/").at(-1) ?? "");
    await sofia.call(`conversations/${id}/transfer`, { body: { agentId: "ben" } });
    await page.page.getByText("Your text is kept.").waitFor();
    expect(await page.composer.inputValue()).toBe(WRITTEN);
    expect(await page.composer.isEditable()).toBe(false);
    await page.page.getByRole("button", { name: "Copy your text" }).waitFor();
  });

  it("is there after the conversation was put aside and resumed", async () => {
    const { page } = await writing();
    await page.page.getByRole("button", { name: "Put aside" }).click();
    await page.page.getByText("You put this conversation aside.").waitFor();
    expect(await page.composer.inputValue()).toBe(WRITTEN);
    await page.page.getByRole("button", { name: "Resume" }).click();
    await page.page.getByText("You put this conversation aside.").waitFor({ state: "detached" });
    expect(await page.composer.isEditable()).toBe(true);
    expect(await page.composer.inputValue()).toBe(WRITTEN);
  });

  it("is there on another device of the agent", async () => {
    const { system, page } = await writing();
    const saved = page.page.waitForResponse((response) => response.url().includes("/drafts/reply") && response.ok());
    await page.composer.press("End");
    await saved;
    const elsewhere = await Person.open(system, "ana");
    const other = await elsewhere.openConsole(new URL(page.page.url()).pathname.slice("/console/".length));
    await expect.poll(() => other.composer.inputValue(), { timeout: 20_000 }).toBe(WRITTEN);
  });
});
