import * as z from "zod";
import { TransientError } from "../../../shared/kernel/errors.ts";
import { addSeconds, type Instant } from "../../../shared/kernel/instant.ts";
import type { OutboundText } from "../../../shared/sms/provider.ts";
import type { TwilioApi } from "./twilio-api.ts";

/** How far Twilio's clock, which tells whole seconds, may be behind ours. */
const CLOCK_ALLOWANCE_SECONDS = 2;
const PAGE_SIZE = 100;
/** Pages that are read at most: more texts than a thread can get in the time in question. */
const MOST_PAGES = 3;

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
type Listed = z.infer<typeof messageSchema>;

const pageSchema = z.object({
  messages: z.array(messageSchema),
  next_page_uri: z.string().nullish(),
});

/**
 * Looks for what an earlier attempt left at Twilio: the newest text of the same words between the same two numbers that
 * was made since then. Nothing else that the list tells is our own; but a thread sends one text at a time, so one of the
 * same words was made before the attempt, unless it is of this very message. (In an account that has Twilio redact what
 * it keeps, nothing can be found; there, an attempt whose outcome is unknown is made again.)
 * @param isOfAnother - says that a text is known to be of another message: for two of the same words within a second.
 * @returns its id; nothing when there is none by now.
 * @throws TransientError when Twilio does not tell.
 */
export const findEarlier = async (
  api: TwilioApi,
  { messageId, from, to, text }: OutboundText,
  triedAt: Instant,
  isOfAnother: (sid: string) => boolean,
): Promise<string | undefined> => {
  const since = Date.parse(addSeconds(triedAt, -CLOCK_ALLOWANCE_SECONDS));
  const isIt = (each: Listed) =>
    wordsOf(each.body ?? "") === wordsOf(text) &&
    each.from === from &&
    each.to === to &&
    each.date_created >= since &&
    !isOfAnother(each.sid);
  // Not by the time of sending: a text that still waits has none, and might not be listed.
  let query: Readonly<Record<string, string>> | undefined = { To: to, From: from, PageSize: String(PAGE_SIZE) };
  for (let pages = 0; query && pages < MOST_PAGES; pages += 1) {
    const page = await pageOf(api, query, `Twilio: cannot look for ${messageId}`);
    const found = page.messages.filter(isIt).sort((one, other) => other.date_created - one.date_created)[0];
    if (found) return found.sid;
    const goesOn = page.messages.some((each) => each.date_created >= since); // newest first
    query = goesOn ? nextOf(page.next_page_uri) : undefined;
  }
  if (query) throw new TransientError(`Twilio: lists too much to look for ${messageId}`);
  return undefined;
};

/** As they come back: half a surrogate pair cannot be sent, and spaces at either end may have been cut off. */
const wordsOf = (text: string): string => text.toWellFormed().trim();

const pageOf = async (api: TwilioApi, query: Readonly<Record<string, string>>, purpose: string) => {
  const answer = await api.get("/Messages.json", query, purpose);
  const page = pageSchema.safeParse(answer.body);
  if (answer.status !== 200 || !page.success) throw new TransientError(`${purpose}: status ${answer.status}`);
  return page.data;
};

const nextOf = (uri: string | null | undefined): Readonly<Record<string, string>> | undefined =>
  uri ? Object.fromEntries(new URLSearchParams(uri.split("?", 2)[1])) : undefined;
