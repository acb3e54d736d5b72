import * as z from "zod";
import { type Page, type PageRequest, type Position, positionSchema } from "../../shared/kernel/stored.ts";

/** Items of a page when a request does not say how many. */
const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** A place in a list, in a form that may stand in a URL as it is. */
const toContinuation = (position: Position): string => Buffer.from(JSON.stringify(position)).toString("base64url");

const positionOf = (continuation: string): Position | undefined => {
  try {
    return positionSchema.parse(JSON.parse(Buffer.from(continuation, "base64url").toString()));
  } catch {
    return undefined;
  }
};

const continuationSchema = z.string().transform((continuation, context) => {
  const position = positionOf(continuation);
  if (position) return position;
  context.addIssue({ code: "custom", message: "must be the continuation of a page of this list, as it was given" });
  return z.NEVER;
});

/** The part of a query that selects a page. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
  continuation: continuationSchema.optional().meta({ description: "From the previous page" }),
});

/** The page that a query selects. */
export const pageIn = ({ limit, continuation }: z.output<typeof pageQuery>): PageRequest => ({
  limit,
  ...(continuation && { after: continuation }),
});

/** The schema of a page of items. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    continuation: z.string().optional().meta({ description: "Where the next page begins, when there is one" }),
  });

/** Shows each item of a page as `view` shows it. */
export const showPage = <T, V>({ items, next }: Page<T>, view: (item: T) => V) => ({
  items: items.map(view),
  ...(next && { continuation: toContinuation(next) }),
});
