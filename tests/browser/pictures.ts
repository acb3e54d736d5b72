import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { buildApp } from "../../build.ts";
import { buildConsole } from "../../console/build.ts";
import { FREE_PORTS, LocalEnvironment } from "../../local/environment.ts";
import { Colleague, Customer } from "../../local/people.ts";
import { SAMPLE_CHANNEL_NUMBER } from "../../local/sample-organisation.ts";
import { startBrowser } from "./support/browser.ts";

/** `npm run pictures`: takes the pictures of the documentation. */
const FOLDER = join(import.meta.dirname, "../../docs/console");
const ROBIN = "+14255550123";
const KIM = "+14255550124";
const SIZE = { width: 1100, height: 680 };

const main = async (): Promise<void> => {
  const [server] = await Promise.all([startBrowser(), buildApp(), buildConsole(), mkdir(FOLDER, { recursive: true })]);
  if (!server) throw new Error("This machine has no browser.");
  const browser = await chromium.connect(server.wsEndpoint());
  const twin = await LocalEnvironment.start({ ports: FREE_PORTS });
  try {
    await takePictures(browser, twin);
  } finally {
    await twin.stop();
    await server.close();
  }
};

const takePictures = async (browser: Browser, twin: LocalEnvironment): Promise<void> => {
  const { functions, phoneNetwork } = twin.addresses;
  const robin = new Customer(twin.addresses, ROBIN);
  await new Colleague(twin.addresses, "ben").setPresence("busy");

  const ana = await signIn(browser, `${functions}/console/`, "ana");
  await robin.text(SAMPLE_CHANNEL_NUMBER, "Hello, my tent leaks. What can I do?");
  await ana.getByRole("button", { name: "Accept" }).waitFor();
  await save(ana, "offer");
  await ana.getByRole("button", { name: "Accept" }).click();
  await ana.getByRole("textbox", { name: "Reply to Robin Lake" }).fill("Sorry to hear that. Which model is it?");
  await ana.getByRole("button", { name: "Send", exact: true }).click();
  await ana.getByRole("button", { name: "Undo" }).waitFor();
  twin.clock.advance(6_000);
  await ana.getByText("Delivered", { exact: true }).waitFor();
  await robin.text(SAMPLE_CHANNEL_NUMBER, "It says Ridge 2 on the bag.");
  await ana.getByRole("log").getByText("It says Ridge 2").waitFor();
  await ana.getByRole("button", { name: "Add a note" }).click();
  await ana
    .getByRole("textbox", { name: "Note for colleagues" })
    .fill("Known fault of the Ridge 2: offer a new flysheet.");
  await ana.getByRole("button", { name: "Save note" }).click();
  await ana.getByText("Note by Ana").waitFor();
  await ana.getByRole("textbox", { name: "Reply to Robin Lake" }).fill("Thank you. We will send you a new flysheet.");
  await save(ana, "conversation");

  await new Customer(twin.addresses, KIM).text(SAMPLE_CHANNEL_NUMBER, "Where is my order?");
  await twin.settled();
  const sofia = await signIn(browser, `${functions}/console/board`, "sofia");
  await sofia.getByRole("row", { name: /Kim Hill/ }).waitFor();
  await save(sofia, "board");

  const phone = await browser.newPage({ viewport: { width: 380, height: SIZE.height } });
  await phone.goto(
    `${phoneNetwork}/phone?from=${encodeURIComponent(ROBIN)}&to=${encodeURIComponent(SAMPLE_CHANNEL_NUMBER)}`,
  );
  await phone.getByRole("log").getByText("It says Ridge 2").waitFor();
  await save(phone, "handset");
};

const signIn = async (browser: Browser, url: string, person: string): Promise<Page> => {
  const page = await browser.newPage({ viewport: SIZE, locale: "en-US" });
  await page.goto(url);
  await page.locator(`button[value="${person}"]`).click();
  await page.getByRole("main").waitFor();
  await page.getByRole("main").click(); // lets the page play sounds, so that the bar about them goes away
  return page;
};

const save = async (page: Page, name: string): Promise<void> => {
  await page.waitForTimeout(300); // animations end
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  console.log(`docs/console/${name}.png`);
};

await main();
