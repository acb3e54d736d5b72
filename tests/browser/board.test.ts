import { describe, expect, it } from "vitest";
import { buildOrganisation } from "../system/support/organisation.ts";
import { startTestSystem } from "../system/support/test-system.ts";
import { HAS_BROWSER, Person } from "./support/console-page.ts";

const ROBIN = "+14255550123";

describe.skipIf(!HAS_BROWSER)("the board", () => {
  it("shows a supervisor what is stuck and why, and that it is no longer after the cure", async () => {
    const organisation = buildOrganisation({
      agents: [{ id: "ana", name: "Ana" }],
      queues: [{ id: "support" }, { id: "empty", name: "Empty" }],
      channels: [{ id: "main", queueId: "empty" }],
      contacts: [{ mobilePhone: ROBIN, firstName: "Robin", lastName: "Lake" }],
    });
    const system = await startTestSystem({ organisation });
    const sofia = await Person.open(system, "sofia");
    const { page } = await sofia.openConsole("board");
    await system.text(ROBIN, "My tent leaks.");
    await page.getByRole("link", { name: /^Robin Lake, in queue Empty/ }).click();
    await page.getByRole("log").getByText("My tent leaks.").waitFor();
    await page.getByRole("complementary").getByText("The queue has no members.").waitFor();
    await page.goBack();
    const admin = system.colleague("admin");
    const ana = { name: "Ana", capacity: 2, queueIds: ["empty"], skills: [] };
    expect((await admin.call("agents/ana", { method: "PUT", body: ana })).status).toBe(200);
    await page.getByText("Nothing is stuck").waitFor();
    await page.getByRole("row", { name: /Robin Lake Empty Offered Ana/ }).waitFor();
  });

  it("sets an agent's presence, and is not shown to agents", async () => {
    const system = await startTestSystem();
    const sofia = await (await Person.open(system, "sofia")).openConsole("board");
    await sofia.page.getByRole("combobox", { name: "Presence of Ben" }).selectOption("away");
    await expect
      .poll(async () => (await system.colleague("ben").call("me")).body.presence, { timeout: 20_000 })
      .toBe("away");
    expect(await sofia.violations()).toEqual([]);
    const ana = await (await Person.open(system, "ana")).openConsole();
    expect(await ana.page.getByRole("link", { name: "Board" }).count()).toBe(0);
  });
});
