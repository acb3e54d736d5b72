import * as z from "zod";
import { twilioError } from "./error.ts";
import { messageResource, type TwilioMessage } from "./message.ts";

const DAY_MS = 86_400_000;

/** A day or a second, in UTC. */
const periodSchema = z
  .union([z.iso.date(), z.iso.datetime()])
  .transform((date) => ({ from: Date.parse(date), until: Date.parse(date) + (date.includes("T") ? 1000 : DAY_MS) }))
  .optional();

const querySchema = z.strictObject({
  To: z.string().optional(),
  From: z.string().optional(),
  DateSent: periodSchema,
  "DateSent>": periodSchema,
  "DateSent<": periodSchema,
  PageSize: z.coerce.number().int().min(1).max(1000).default(50),
  Page: z.coerce.number().int().min(0).default(0),
  PageToken: z.string().optional(),
});

type Query = z.output<typeof querySchema>;

/** Whether a message matches the dates of a query. Not certain: that an unsent message counts by its creation. */
const isInTime = (message: TwilioMessage, query: Query): boolean => {
  const sentAt = message.sentAt ?? message.createdAt;
  const { DateSent: on, "DateSent>": since, "DateSent<": before } = query;
  return (
    (!on || (sentAt >= on.from && sentAt < on.until)) &&
    (!since || sentAt >= since.from) &&
    (!before || sentAt < before.until)
  );
};

/**
 * One page of the messages that match a query, newest first.
 * @param messages - all messages of the account, oldest first.
 */
export const messageList = (
  messages: readonly TwilioMessage[],
  accountSid: string,
  search: URLSearchParams,
): Response => {
  const parsed = querySchema.safeParse(Object.fromEntries(search));
  if (!parsed.success) return twilioError(20001, z.prettifyError(parsed.error));
  const query = parsed.data;
  if (query.Page > 0 && query.PageToken === undefined) return twilioError(20001, "A 'Page' requires its 'PageToken'.");
  const found = messages
    .filter(({ to, from }) => (query.To ?? to) === to && (query.From ?? from) === from)
    .filter((message) => isInTime(message, query))
    .reverse();
  return Response.json(pageOf(found, { accountSid, search, query }));
};

/** @param found - all messages that match the query. */
const pageOf = (
  found: readonly TwilioMessage[],
  { accountSid, search, query }: { accountSid: string; search: URLSearchParams; query: Query },
) => {
  const start =
    query.PageToken === undefined ? 0 : found.findIndex(({ messageId }) => `PA${messageId}` === query.PageToken) + 1;
  const shown = found.slice(start, start + query.PageSize);
  const last = shown.at(-1);
  const uri = (number: number, token?: string) => {
    const params = new URLSearchParams([...search].filter(([name]) => name !== "Page" && name !== "PageToken"));
    params.set("PageSize", String(query.PageSize));
    params.set("Page", String(number));
    if (token !== undefined) params.set("PageToken", token);
    return `/2010-04-01/Accounts/${accountSid}/Messages.json?${params}`;
  };
  const hasNext = start + shown.length < found.length;
  return {
    messages: shown.map((message) => messageResource(message, accountSid)),
    start,
    end: start + Math.max(0, shown.length - 1),
    page: query.Page,
    page_size: query.PageSize,
    uri: uri(query.Page, query.PageToken),
    first_page_uri: uri(0),
    next_page_uri: hasNext && last ? uri(query.Page + 1, `PA${last.messageId}`) : null,
    previous_page_uri: null, // the twin does not support the way back
  };
};
