import { describe, expect, it } from "vitest";
import { startTestSystem } from "../system/support/test-system.ts";
import { HAS_BROWSER, Person } from "./support/console-page.ts";

const ROBIN = "+14255550123";

describe.skipIf(!HAS_BROWSER)("a session", () => {
  it("is renewed without a window, and ends with a sign-out that leaves no text on the device", async () => {
    const system = await startTestSystem();
    const ana = await Person.open(system, "ana");
    const page = await ana.openConsole();
    await system.text(ROBIN, "My tent leaks.");
    await page.accept("Robin Lake");
    await page.composer.fill("Half a sentence");
    system.twin.clock.advance(2 * 3_600_000); // the token has expired: the API refuses it
    await page.sendButton.click();
    await page.delivered.waitFor();
    expect(await page.page.getByText("Your session has ended").count()).toBe(0);

    await page.composer.fill("A secret of Robin");
    await page.page.getByRole("button", { name: /^Ana: / }).click();
    await page.page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.page.getByText("You are signed out.").waitFor();
    const kept = await page.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    expect(kept).not.toContain("secret of Robin");
    expect(kept).not.toContain("access_token");
    await page.page.getByRole("link", { name: "Sign in" }).click();
    await ana.signIn(page.page);
    await page.row("Robin Lake").click();
    await expect.poll(() => page.composer.inputValue(), { timeout: 20_000 }).toBe("A secret of Robin");
  });

  it("that goes on with another person shows and sends nothing of the first one", async () => {
    const system = await startTestSystem();
    const ana = await Person.open(system, "ana");
    const page = await ana.openConsole();
    await system.text(ROBIN, "My tent leaks.");
    await page.accept("Robin Lake");
    await page.composer.fill("From Ana");
    system.twin.identity.faults.refuseRefreshTokens(Number.POSITIVE_INFINITY);
    system.twin.clock.advance(2 * 3_600_000);
    await page.composer.press("Control+Enter");
    await page.page.getByText("Your session has ended").waitFor();
    await ana.signInAgain(page, "sofia");
    await page.page.getByRole("button", { name: /^Sofia: / }).waitFor();
    await page.list.getByText("You have no conversations.").waitFor();
    await system.twin.settled();
    expect(await system.customer(ROBIN).received()).toEqual([]);
    expect(await page.page.getByText("From Ana").count()).toBe(0);
  });

  it("that begins while the app is unreachable says so, and goes on when the app is back", async () => {
    const system = await startTestSystem();
    const ana = await Person.open(system, "ana");
    const page = await ana.context.newPage();
    await page.route("**/api/me", (route) => route.abort());
    await page.goto(`${system.twin.addresses.functions}/console/`);
    await ana.signIn(page);
    await page.getByRole("alert").getByText("Hilo cannot be reached.").waitFor();
    await page.unroute("**/api/me");
    await page.getByText("You have no conversations.").waitFor();
  });

  it("shows people without the role neither the page nor the link, and the API refuses them anyway", async () => {
    const system = await startTestSystem();
    const admin = await Person.open(system, "admin");
    const page = await admin.context.newPage();
    await page.goto(`${system.twin.addresses.functions}/console/board`);
    await admin.signIn(page);
    await page.getByRole("alert").getByText("The console is for agents and supervisors.").waitFor();
    expect(await page.getByRole("link", { name: "Board" }).count()).toBe(0);
    expect((await system.colleague("admin").call("me/work-items")).status).toBe(403);
  });
});
