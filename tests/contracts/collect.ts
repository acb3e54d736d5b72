import type { Page, PageRequest } from "../../shared/kernel/stored.ts";

/** Collects the items of all pages. */
export const collect = async <T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> => {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
};

/** Collects a list page by page. A page may hold fewer items than the limit, even none. */
export const collectPages = async <T>(
  limit: number,
  list: (request: PageRequest) => Promise<Page<T>>,
): Promise<readonly T[]> => {
  const all: T[] = [];
  let page = await list({ limit });
  for (;;) {
    if (page.items.length > limit)
      throw new Error(`a page has ${page.items.length} items, more than the limit of ${limit}`);
    all.push(...page.items);
    if (!page.next) return all;
    page = await list({ limit, after: page.next });
  }
};
