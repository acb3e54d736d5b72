import * as z from "zod";
import { TransientError } from "../../../shared/kernel/errors.ts";
import { addSeconds, type Instant } from "../../../shared/kernel/instant.ts";
import type { OutboundText } from "../../../shared/sms/provider.ts";
import type { TwilioApi } from "./twilio-api.ts";

/** How far Twilio's clock, which has whole seconds, may be behind ours. */
const CLOCK_ALLOWANCE_SECONDS = 2;
const PAGE_SIZE = 100;
/** Most pages that are read: more texts than a thread has in the time in question. */
const MAX_PAGES = 3;

const messageSchema = z.object({
  sid: z.string().min(1),
  from: z.string().nullable(),
  to: z.string().nullable(),
  body: z.string().nullable(),
  date_created: z
    .string()
    .transform((date) => Date.parse(date))
    .pipe(z.number()),
});
type ListedMessage = z.infer<typeof messageSchema>;

const pageSchema = z.object({
  messages: z.array(messageSchema),
  next_page_uri: z.string().nullish(),
});

type Query = Readonly<Record<string, string>>;

export interface TextSearch {
  readonly text: OutboundText;
  /** When the first attempt was made. */
  readonly since: Instant;
  /** Whether Twilio's message is known to belong to another message of ours: two may have the same words within a second. */
  readonly belongsToAnotherMessage: (sid: string) => boolean;
}

/**
 * Searches Twilio for the text that an earlier attempt may have created: the newest message with the same words between
 * the same numbers since that attempt.
 *
 * @remarks
 * Twilio's list holds no id of ours. The match is still safe: a thread sends one text at a time, so another text with
 * the same words is older than the attempt. In an account that redacts stored messages nothing is found, and an attempt
 * with an unknown outcome is repeated.
 * @returns the SID of the message; undefined when there is none yet.
 * @throws TransientError when Twilio cannot be searched.
 */
export const findSentText = async (
  api: TwilioApi,
  { text: { messageId, from, to, text }, since, belongsToAnotherMessage }: TextSearch,
): Promise<string | undefined> => {
  const sinceMs = Date.parse(addSeconds(since, -CLOCK_ALLOWANCE_SECONDS));
  const isMatch = (message: ListedMessage) =>
    normalised(message.body ?? "") === normalised(text) &&
    message.from === from &&
    message.to === to &&
    message.date_created >= sinceMs &&
    !belongsToAnotherMessage(message.sid);
  // No filter by the time of sending: a text that still waits has none, and might not be listed.
  let query: Query | undefined = { To: to, From: from, PageSize: String(PAGE_SIZE) };
  for (let pages = 0; query && pages < MAX_PAGES; pages += 1) {
    const page = await readPage(api, query, `Twilio: cannot search for ${messageId}`);
    const [newest] = page.messages.filter(isMatch).sort((a, b) => b.date_created - a.date_created);
    if (newest) return newest.sid;
    const isRecent = page.messages.some(({ date_created }) => date_created >= sinceMs); // the list is newest first
    query = isRecent ? nextQuery(page.next_page_uri) : undefined;
  }
  if (query) throw new TransientError(`Twilio: lists too many messages to search for ${messageId}`);
  return undefined;
};

/** Twilio replaces half a surrogate pair, and may trim white space. */
const normalised = (text: string): string => text.toWellFormed().trim();

const readPage = async (api: TwilioApi, query: Query, purpose: string) => {
  const { status, body } = await api.get("/Messages.json", query, purpose);
  const page = pageSchema.safeParse(body);
  if (status !== 200 || !page.success) throw new TransientError(`${purpose}: status ${status}`);
  return page.data;
};

const nextQuery = (uri: string | null | undefined): Query | undefined =>
  uri ? Object.fromEntries(new URLSearchParams(uri.split("?", 2)[1])) : undefined;
