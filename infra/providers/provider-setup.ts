import type { Now } from "../../shared/kernel/instant.ts";
import type { SmsProvider } from "../../shared/sms/provider.ts";

/** What the app offers to every provider. */
export interface ProviderContext {
  /** The client id of the user-assigned identity; undefined for the system-assigned one. */
  readonly identityClientId: string | undefined;
  readonly now: Now;
}

/** A provider as its settings configure it. */
export interface ConfiguredProvider {
  /** Missing or invalid settings, a line each, without values. */
  readonly problems: readonly string[];
  /** Undefined when none of its settings is set: the app works without it. */
  readonly make?: (context: ProviderContext) => SmsProvider;
}

/** A provider as the registry knows it. */
export interface ProviderSetup {
  /** The names of the settings that it reads. */
  readonly settingNames: readonly string[];
  /**
   * Validates the provider's settings.
   * @param settings - all settings of the app that have a value.
   * @param publicUrl - the address at which providers call us; undefined when it is not set.
   */
  configure(settings: Readonly<Record<string, string>>, publicUrl: string | undefined): ConfiguredProvider;
}
