import * as z from "zod";

/** Characters that show nothing, alone or together: also the blank of Braille and what stands for an attachment. */
const SHOWS_NOTHING = /^[\s\p{Z}\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800\uFFFC]*$/u;

/** Whether no character of a text shows: it would arrive as a blank text. */
export const isBlank = (text: string): boolean => SHOWS_NOTHING.test(text);

/**
 * Whether a text is stored and sent as it is: stores and providers replace half a surrogate pair, and end at NUL or drop
 * it. Source: RFC 8259, 8.2.
 */
export const isWellFormed = (text: string): boolean => text.isWellFormed() && !text.includes("\0");

/** The message of a refused text that is not well-formed. */
export const NOT_WELL_FORMED = "must be well-formed Unicode, without NUL";

/** A text that is stored and shown as it is given. */
export const wellFormedTextSchema = z.string().refine(isWellFormed, NOT_WELL_FORMED);

/**
 * A text that a person writes: well-formed, with at least one character that shows.
 * @param limit - most UTF-16 code units. The issue of a longer text has the members `length` and `limit`.
 */
export const writtenTextSchema = (limit: number) =>
  wellFormedTextSchema
    .superRefine((text, context) => {
      if (isBlank(text)) context.addIssue({ code: "custom", message: "is empty" });
      if (text.length > limit) {
        const message = `is ${text.length} characters long; the limit is ${limit}`;
        context.addIssue({ code: "custom", message, params: { length: text.length, limit } });
      }
    })
    .meta({ maxLength: limit, description: `At most ${limit} UTF-16 code units` });

/** A text that people can see, such as a name. */
export const visibleTextSchema = wellFormedTextSchema.min(1).refine((text) => !isBlank(text), "must not be blank");
