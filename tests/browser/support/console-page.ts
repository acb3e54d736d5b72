import { AxeBuilder } from "@axe-core/playwright";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from "playwright-core";
import { expect, inject, onTestFinished } from "vitest";
import type { TestSystem } from "../../system/support/test-system.ts";

let shared: Promise<Browser> | undefined;

const browser = (): Promise<Browser> => {
  shared ??= chromium.connect(inject("browser"));
  return shared;
};

/** Whether this machine has a browser. Tests are skipped without one. */
export const HAS_BROWSER = inject("browser") !== "";

/** The elements that Fluent UI uses to guide the focus, which axe takes for faults. */
const FOCUS_GUIDES = "[data-tabster-dummy]";
/** The rules of WCAG 2.2 A and AA. */
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** The browser reports each request that fails, which a test may provoke. */
const NETWORK_LINE = /^(Failed to load resource|WebSocket connection to )/;

/** A browser profile of one person: its pages share storage. It is closed, and its pages are checked, when the test ends. */
export class Person {
  readonly #system: TestSystem;
  readonly #context: BrowserContext;
  readonly #id: string;
  readonly #errors: string[] = [];

  private constructor(system: TestSystem, context: BrowserContext, id: string) {
    this.#system = system;
    this.#context = context;
    this.#id = id;
    context.on("console", (message) => {
      if (message.type() === "error" && !NETWORK_LINE.test(message.text())) this.#errors.push(message.text());
    });
    context.on("weberror", (error) => this.#errors.push(String(error.error())));
  }

  /**
   * @param id - of a person whom the identity provider knows.
   * @param options.undoSeconds - for how long the person can take a reply back; by default replies are sent at once.
   */
  static async open(
    system: TestSystem,
    id: string,
    { undoSeconds = 0, ...options }: BrowserContextOptions & { readonly undoSeconds?: number } = {},
  ): Promise<Person> {
    const preferences = { name: "hilo:preferences", value: JSON.stringify({ undoSeconds }) };
    const context = await (await browser()).newContext({
      viewport: { width: 1280, height: 800 },
      locale: "en-US",
      storageState: {
        cookies: [],
        origins: [{ origin: system.twin.addresses.functions, localStorage: [preferences] }],
      },
      ...options,
    });
    const person = new Person(system, context, id);
    onTestFinished(async () => {
      await context.close();
      // Violations of the content security policy are such errors too.
      expect(person.#errors).toEqual([]);
    });
    return person;
  }

  get context(): BrowserContext {
    return this.#context;
  }

  /** Opens the console in a new tab, and signs the person in. @param path - below `/console/`. */
  async openConsole(path = ""): Promise<ConsolePage> {
    const page = await this.#context.newPage();
    await page.goto(`${this.#system.twin.addresses.functions}/console/${path}`);
    await this.signIn(page);
    const opened = new ConsolePage(page);
    await page.getByRole("main").waitFor();
    return opened;
  }

  /** Signs in again in the window that the console opens. @param id - as for `signIn`. */
  async signInAgain({ page }: ConsolePage, id = this.#id): Promise<void> {
    const [window] = await Promise.all([
      page.waitForEvent("popup"),
      page.getByRole("button", { name: "Sign in again" }).click(),
    ]);
    await this.signIn(window, id);
  }

  /** Chooses a person at the identity provider; by default the one whose profile it is. */
  async signIn(page: Page, id = this.#id): Promise<void> {
    await page.locator(`button[value="${id}"]`).click();
  }
}

/** The console in a tab. */
export class ConsolePage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get list(): Locator {
    return this.page.getByRole("navigation");
  }

  get composer(): Locator {
    return this.page.getByRole("textbox", { name: /^Reply to / });
  }

  get sendButton(): Locator {
    return this.page.getByRole("button", { name: "Send", exact: true });
  }

  get messages(): Locator {
    return this.page.getByRole("log");
  }

  /** The states "Delivered" of the replies in the thread. */
  get delivered(): Locator {
    return this.messages.getByText("Delivered", { exact: true });
  }

  /** The row of a conversation in the list. @param name - of the customer. */
  row(name: string): Locator {
    return this.list.getByRole("link", { name });
  }

  offer(name: string): Locator {
    return this.page.getByRole("group", { name: `Offer: ${name}` });
  }

  async accept(name: string): Promise<void> {
    await this.offer(name).getByRole("button", { name: "Accept" }).click();
    await this.composerTo(name).waitFor();
  }

  composerTo(name: string): Locator {
    return this.page.getByRole("textbox", { name: `Reply to ${name}` });
  }

  /** Finds violations of WCAG 2.2 A and AA. @returns the rule and the elements of each. */
  violations(): Promise<readonly string[]> {
    return violationsOf(new AxeBuilder({ page: this.page }).withTags(WCAG));
  }

  /** Finds texts whose contrast is too low. */
  contrastViolations(): Promise<readonly string[]> {
    return violationsOf(new AxeBuilder({ page: this.page }).withRules(["color-contrast"]));
  }
}

const violationsOf = async (builder: AxeBuilder): Promise<readonly string[]> => {
  const { violations } = await builder.exclude(FOCUS_GUIDES).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
};
