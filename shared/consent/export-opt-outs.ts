import type { Thread } from "../conversation/thread.ts";
import type { Ports } from "../kernel/ports.ts";

/** How many threads are read at once. */
const PAGE_SIZE = 100;

/** One line of the file. Members that have no value are empty. */
export interface OptOutLine {
  readonly channel: string;
  readonly channelNumber: string;
  readonly customer: string;
  /** When the opt-out began. */
  readonly since: string;
  /** Who opted the customer out: `customer`, `provider` or `administrator`. */
  readonly by: string;
  /** The reason of an administrator. */
  readonly reason: string;
}

/**
 * Reads all present opt-outs, the latest change first.
 * @param channelId - limits them to one channel.
 * @throws TransientError when the store is unavailable.
 */
export const exportOptOuts = async (
  { threads }: Pick<Ports, "threads">,
  channelId: string | undefined,
): Promise<readonly OptOutLine[]> => {
  const lines: OptOutLine[] = [];
  let page = await threads.optedOut({ limit: PAGE_SIZE }, channelId);
  lines.push(...page.items.map(lineOf));
  while (page.next) {
    page = await threads.optedOut({ limit: PAGE_SIZE, after: page.next }, channelId);
    lines.push(...page.items.map(lineOf));
  }
  return lines;
};

const lineOf = ({ channelId, channelNumber, customer, consent }: Thread): OptOutLine => ({
  channel: channelId,
  channelNumber,
  customer,
  since: consent?.changedAt ?? "",
  by: consent?.source.kind ?? "",
  reason: consent?.source.kind === "administrator" ? consent.source.reason : "",
});
