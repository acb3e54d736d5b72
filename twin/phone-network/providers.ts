import type { HttpApp } from "../http/app-server.ts";
import type { CustomerText } from "./customer-text.ts";
import { findProvider } from "./find-provider.ts";
import type { OwnedNumber, OwnedNumberInput } from "./owned-numbers.ts";
import type { Provider, ProviderContext, ProviderDefinition } from "./provider.ts";

/** The providers of a phone network. */
export class Providers {
  readonly #providers: readonly (Provider & { readonly name: string })[];

  /**
   * @param accounts - settings of accounts by the name of the provider.
   * @throws ZodError when the settings of an account are malformed, or its provider is unknown.
   */
  constructor(
    definitions: readonly ProviderDefinition[],
    context: ProviderContext,
    accounts: Readonly<Record<string, unknown>>,
  ) {
    for (const name of Object.keys(accounts)) findProvider(definitions, name);
    this.#providers = definitions.map(({ name, ...definition }) => ({
      name,
      ...definition.create(context, accounts[name]),
    }));
  }

  apps(): readonly HttpApp[] {
    return this.#providers.map(({ app }) => app);
  }

  /** The settings of all accounts by the name of the provider. */
  accounts(): Readonly<Record<string, object>> {
    return Object.fromEntries(this.#providers.map(({ name, account }) => [name, account.settings]));
  }

  /** @throws ZodError when the provider is unknown, or the changed settings are malformed. */
  updateAccount(provider: string, changes: unknown): object {
    const { account } = findProvider(this.#providers, provider);
    account.update(changes);
    return account.settings;
  }

  /** @throws ZodError when the provider cannot carry the text. */
  receive(text: CustomerText, number: OwnedNumber): string {
    return findProvider(this.#providers, number.provider).receive(text, number);
  }

  /** @throws ZodError when the provider is unknown. */
  connect(number: OwnedNumberInput, webhookUrl: string): OwnedNumberInput {
    return findProvider(this.#providers, number.provider).connect(number, webhookUrl);
  }
}

/** The special effects on events of all providers. A description ends with the names of the providers. */
export const eventFaultsOf = (definitions: readonly ProviderDefinition[]): Readonly<Record<string, string>> => {
  const effects = new Map<string, { readonly description: string; readonly providers: string[] }>();
  for (const { name, eventFaults } of definitions) {
    for (const [effect, description] of Object.entries(eventFaults)) {
      const entry = effects.get(effect) ?? { description, providers: [] };
      entry.providers.push(name);
      effects.set(effect, entry);
    }
  }
  return Object.fromEntries(
    [...effects].map(([effect, { description, providers }]) => [
      effect,
      `${description} Only with ${providers.join(" and ")}.`,
    ]),
  );
};
