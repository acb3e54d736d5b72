import * as z from "zod";
import type { Page } from "../../shared/stored.ts";

/** Items of a page when a request does not say how many. */
const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** The part of a query that asks for a page. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
  continuation: z.string().min(1).optional().meta({ description: "From the page before" }),
});

/** The schema of a page of items. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    continuation: z.string().optional().meta({ description: "Where the next page begins, when there is one" }),
  });

/** Shows each item of a page as `view` shows it. */
export const showPage = <T, V>({ items, continuation }: Page<T>, view: (item: T) => V) => ({
  items: items.map(view),
  ...(continuation !== undefined && { continuation }),
});
