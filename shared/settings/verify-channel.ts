import { OutcomeUnknownError, TransientError } from "../kernel/errors.ts";
import type { Providers, Verification } from "../sms/provider.ts";
import type { Settings } from "./settings.ts";

/**
 * Asks a channel's provider, by a real call without effect, whether the channel can work.
 * @returns nothing when there is no such channel; else what was found, in an operator's words.
 * @throws TransientError when the store is unavailable.
 */
export const verifyChannel = async (
  { settings, providers }: { readonly settings: Settings; readonly providers: Providers },
  id: string,
): Promise<Verification | undefined> => {
  const stored = await settings.find("channels", id);
  if (!stored) return undefined;
  const { provider: name, number } = stored.value;
  const provider = providers[name];
  if (!provider) return bad(`The app's settings do not say how to reach ${name}: set them, and restart the app.`);
  return provider.verify(number).catch((error: unknown) => {
    if (!(error instanceof TransientError) && !(error instanceof OutcomeUnknownError)) throw error;
    return bad(`${name} does not answer: check its address in the app's settings, or try again later.`);
  });
};

const bad = (text: string): Verification => ({ checks: [{ ok: false, message: text }] });
