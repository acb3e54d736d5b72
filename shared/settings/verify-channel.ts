import { OutcomeUnknownError, TransientError } from "../kernel/errors.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Verification } from "../sms/provider.ts";

/**
 * Verifies with a channel's provider that the channel can work. The request sends no text.
 * @returns undefined when there is no such channel.
 * @throws TransientError when the settings are unavailable.
 */
export const verifyChannel = async (
  { settings, providers }: Pick<Ports, "settings" | "providers">,
  id: string,
): Promise<Verification | undefined> => {
  const stored = await settings.find("channels", id);
  if (!stored) return undefined;
  const { provider: name, number } = stored.value;
  const provider = providers[name];
  if (!provider) return failedCheck(`The app is not set up for ${name}: add its settings and restart the app.`);
  try {
    return await provider.verify(number);
  } catch (error) {
    if (!(error instanceof TransientError) && !(error instanceof OutcomeUnknownError)) throw error;
    return failedCheck(`${name} cannot be reached: check its address in the app's settings, or try again later.`);
  }
};

const failedCheck = (message: string): Verification => ({ checks: [{ ok: false, message }] });
