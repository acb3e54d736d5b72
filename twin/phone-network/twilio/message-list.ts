import * as z from "zod";
import { twilioError } from "./error.ts";
import { messageResource, type TwilioMessage } from "./message.ts";

const DAY_MS = 86_400_000;

/** A day, or an instant to the second, in UTC. */
const dateSchema = z
  .union([z.iso.date(), z.iso.datetime()])
  .transform((date) => ({ from: Date.parse(date), until: Date.parse(date) + (date.includes("T") ? 1000 : DAY_MS) }))
  .optional();

const querySchema = z.strictObject({
  To: z.string().optional(),
  From: z.string().optional(),
  DateSent: dateSchema,
  "DateSent>": dateSchema,
  "DateSent<": dateSchema,
  PageSize: z.coerce.number().int().min(1).max(1000).default(50),
  Page: z.coerce.number().int().min(0).default(0),
  PageToken: z.string().optional(),
});

type Query = z.output<typeof querySchema>;

/** Whether a message was sent when the query says. One that waits to be sent counts from its creation: not certain. */
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
 * One page of the messages that a query asks for, newest first.
 * @param messages - all of the account, oldest first.
 */
export const messageList = (
  messages: readonly TwilioMessage[],
  accountSid: string,
  search: URLSearchParams,
): Response => {
  const parsed = querySchema.safeParse(Object.fromEntries(search));
  if (!parsed.success) return twilioError(20001, z.prettifyError(parsed.error));
  const query = parsed.data;
  if (query.Page > 0 && query.PageToken === undefined) return twilioError(20001, "A 'Page' needs its 'PageToken'.");
  const found = messages
    .filter(({ to, from }) => (query.To ?? to) === to && (query.From ?? from) === from)
    .filter((message) => isInTime(message, query))
    .reverse();
  const start =
    query.PageToken === undefined ? 0 : found.findIndex(({ messageId }) => `PA${messageId}` === query.PageToken) + 1;
  return Response.json(page(found, start, { accountSid, search, query }));
};

const page = (
  found: readonly TwilioMessage[],
  start: number,
  { accountSid, search, query }: { accountSid: string; search: URLSearchParams; query: Query },
) => {
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
    previous_page_uri: null, // the way back is not spoken here
  };
};
