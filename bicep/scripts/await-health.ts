import type { Az } from "./az.ts";
import { UsageError } from "./command.ts";
import { groupOf, type Target } from "./deployment.ts";
import { type RetryOptions, waitForHealthy } from "./retry.ts";
import { refreshReferences } from "./vault-references.ts";

/** A new app has to be fetched and started, and its roles have to become effective. */
const BEFORE_REFRESH: RetryOptions = { attempts: 13, delayMs: 10_000 };
const AFTER_REFRESH: RetryOptions = { attempts: 48, delayMs: 10_000 };

interface App {
  readonly name: string;
  readonly url: string;
  /** Before and after the references are refreshed. */
  readonly retries?: readonly [RetryOptions, RetryOptions];
}

/**
 * Waits until the app is healthy. After two minutes it has Azure read the secrets again: at the first attempt the app's
 * right to read them may not have been effective, and Azure itself tries again after a day.
 * @throws UsageError when the app does not become healthy.
 */
export const awaitHealth = async (
  az: Az,
  target: Target,
  { name, url, retries = [BEFORE_REFRESH, AFTER_REFRESH] }: App,
): Promise<void> => {
  const address = `${url}/api/health`;
  let last = await waitForHealthy(address, retries[0]);
  if (last !== undefined) {
    console.log(`${address} is not 200 yet: ${last}. The references to the vault are refreshed:`);
    for (const line of await refreshReferences(az, groupOf(target), name)) console.log(`  ${line}`);
    last = await waitForHealthy(address, retries[1]);
  }
  if (last !== undefined) {
    throw new UsageError(`${address} does not become 200: ${last}.
The events are not connected. See docs/runbook.md for the cause, then run this command again.`);
  }
  console.log(`${address} is 200: the app is healthy.`);
};
