import type { Now } from "../../shared/kernel/instant.ts";
import type { SmsProvider } from "../../shared/sms/provider.ts";

/** What every provider may use. */
export interface ProviderContext {
  /** Which user-assigned identity to use; the system's own without it. */
  readonly identityClientId: string | undefined;
  readonly now: Now;
  /** Waits for a number of seconds. */
  readonly wait: (seconds: number) => Promise<void>;
}

/** What the settings say of one provider. */
export interface ConfiguredProvider {
  /** What is missing or wrong, a line each, without a value. */
  readonly problems: readonly string[];
  /** Absent when none of its settings is there: the app does without it. */
  readonly make?: (context: ProviderContext) => SmsProvider;
}

/** A provider as the app's registry knows it. */
export interface ProviderSetup {
  /** The names of the settings that it reads. */
  readonly settingNames: readonly string[];
  /** @param settings - all settings of the app that have a value. @param publicUrl - where providers call us, if set. */
  configure(settings: Readonly<Record<string, string>>, publicUrl: string | undefined): ConfiguredProvider;
}
