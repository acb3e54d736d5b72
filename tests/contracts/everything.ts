import type { Page, PageRequest } from "../../shared/kernel/stored.ts";

/** Collects what comes in pages. */
export const collect = async <T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> => {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
};

/** Collects a list page by page. A page may hold fewer than asked for, even none, and never more. */
export const collectPages = async <T>(
  limit: number,
  list: (request: PageRequest) => Promise<Page<T>>,
): Promise<readonly T[]> => {
  const all: T[] = [];
  let page = await list({ limit });
  for (;;) {
    if (page.items.length > limit) throw new Error(`a page of ${page.items.length} where ${limit} were asked for`);
    all.push(...page.items);
    if (!page.next) return all;
    page = await list({ limit, after: page.next });
  }
};
