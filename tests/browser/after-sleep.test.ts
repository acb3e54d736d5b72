import { describe, expect, it } from "vitest";
import { buildOrganisation } from "../system/support/organisation.ts";
import { startTestSystem } from "../system/support/test-system.ts";
import { HAS_BROWSER, Person } from "./support/console-page.ts";

const ROBIN = "+14255550123";
const KIM = "+14255550124";
const CONTACTS = [
  { mobilePhone: ROBIN, firstName: "Robin", lastName: "Lake" },
  { mobilePhone: KIM, firstName: "Kim", lastName: "Hill" },
];

describe.skipIf(!HAS_BROWSER)("after the device has slept without a network", () => {
  it("the console shows what has happened within two seconds", async () => {
    const agents = [
      { id: "ana", name: "Ana" },
      { id: "ben", name: "Ben", presence: "offline" as const },
    ];
    const system = await startTestSystem({ organisation: buildOrganisation({ agents, contacts: CONTACTS }) });
    const ana = await Person.open(system, "ana");
    const page = await ana.openConsole();
    for (const [number, name] of [
      [ROBIN, "Robin Lake"],
      [KIM, "Kim Hill"],
    ] as const) {
      await system.text(number, `A question of ${name}`);
      await page.accept(name);
    }
    await page.composer.fill("Half a sentence");
    await page.page.clock.install();
    await ana.context.setOffline(true);

    await system.text(KIM, "Are you there?");
    await system.text(ROBIN, "Never mind.");
    const [first] = await system.colleague("ana").workItems();
    const sofia = system.colleague("sofia");
    const items = (await sofia.call("conversations")).body.items as { id: string; customer: string }[];
    const robins = items.find(({ customer }) => customer === ROBIN)?.id ?? "";
    await system.colleague("ben").setPresence("available");
    expect((await sofia.call(`conversations/${robins}/transfer`, { body: { agentId: "ben" } })).status).toBe(200);
    await system.twin.settled();

    await ana.context.setOffline(false);
    await page.page.clock.fastForward("01:00:00");
    await page.messages.getByText("Are you there?").waitFor({ timeout: 2_000 });
    await page.row("Robin Lake").waitFor({ state: "detached", timeout: 2_000 });
    expect(await page.list.getByRole("link").count()).toBe(1);
    expect(first).toBeDefined();
    expect(await page.composer.inputValue()).toBe("Half a sentence");
  });
});
