import * as z from "zod";
import { phoneNumberSchema } from "./phone-number.ts";

const strikes = {
  times: z.int().min(1).default(1).describe("How often it strikes before it is used up."),
  match: phoneNumberSchema.optional().describe("Strikes only what comes from or goes to this number."),
};
const delayMs = z.int().min(1).max(86_400_000).describe("Milliseconds, at most one day.");

const send = <const Effect extends string>(effect: Effect) => ({
  on: z.literal("send"),
  effect: z.literal(effect),
  ...strikes,
});
const sendFaultSchema = z.discriminatedUnion("effect", [
  z.strictObject({ ...send("delay"), delayMs }).describe("A send request is carried out and answered this much later."),
  z
    .strictObject({
      ...send("status"),
      status: z.literal([400, 401, 429, 500, 503]),
      retryAfterSeconds: z.int().min(0).optional().describe("Goes out as Retry-After."),
    })
    .describe("A send request is refused with this HTTP status; no text goes out."),
  z
    .strictObject(send("drop-connection"))
    .describe("A send request is carried out, then the connection is dropped without an answer."),
  z.strictObject(send("no-answer")).describe("A send request is neither carried out nor ever answered."),
  z
    .strictObject({
      ...send("refuse-recipient"),
      httpStatusCode: z.int().min(400).max(599).default(400),
      errorMessage: z.string().min(1),
      code: z
        .int()
        .min(1)
        .max(99_999)
        .optional()
        .describe("Twilio's or TeleSign's code; an ACS recipient has none. When absent, the number is said to be bad."),
    })
    .describe("One recipient is refused; ACS accepts the request as a whole, Twilio and TeleSign refuse it."),
]);

const report = <const Effect extends string>(effect: Effect) => ({
  on: z.literal("report"),
  effect: z.literal(effect),
  ...strikes,
});
const reportFaultSchema = z.discriminatedUnion("effect", [
  z.strictObject(report("lose")).describe("A delivery report is never sent."),
  z.strictObject({ ...report("delay"), delayMs }).describe("A delivery report comes this much later."),
  z.strictObject(report("duplicate")).describe("A delivery report is sent twice."),
  z
    .strictObject({
      ...report("fail"),
      code: z
        .int()
        .min(100)
        .max(99_999)
        .describe("The provider's code: no such number is 4004 with ACS, 30005 with Twilio, 211 with TeleSign."),
      reachesHandset: z.boolean().default(false).describe("The text arrives all the same, as may be with ACS 5002."),
    })
    .describe("A text fails after it was accepted: the report says so, with this code."),
  z.strictObject(report("regress")).describe("After the true delivery report comes one that says the opposite."),
  z
    .strictObject(report("overtake"))
    .describe("The report that the text was sent comes after the one that it was delivered; not with ACS."),
]);

/** An event is whatever tells the app of a text or a report: Event Grid's event, Twilio's or TeleSign's webhook. */
const event = <const Effect extends string>(effect: Effect) => ({
  on: z.literal("event"),
  effect: z.literal(effect),
  ...strikes,
});
const eventFaultSchema = z.discriminatedUnion("effect", [
  z.strictObject(event("deliver-twice")).describe("An event is delivered twice, at the same time."),
  z
    .strictObject(event("hold"))
    .describe("An event is held, and delivered after the next one of its kind; clearing the faults lets it go."),
  z.strictObject({ ...event("delay"), delayMs }).describe("An event is delivered this much later."),
  z
    .strictObject({ ...event("replay"), delayMs })
    .describe("An event is delivered once more, this much later, the same to the byte."),
  z.strictObject(event("pascal-case")).describe("The keys of an event's data begin with capitals; Event Grid only."),
  z
    .strictObject(event("cloud-events"))
    .describe("An event comes as a CloudEvent, whatever its subscription says; Event Grid only."),
  z
    .strictObject(event("forge"))
    .describe("A webhook comes signed with a key that is not the account's; Twilio and TeleSign."),
  z.strictObject(event("tamper")).describe("A webhook's text or status is changed after signing; Twilio and TeleSign."),
  z
    .strictObject(event("other-token"))
    .describe("A webhook comes signed with the secondary auth token, as after a rotation; Twilio only."),
  z
    .strictObject(event("bare-signature"))
    .describe("X-TS-Authorization holds the signature alone, the other documented form; TeleSign only."),
]);

/** Everything that can be made to go wrong. */
export const faultSchema = z.discriminatedUnion("on", [sendFaultSchema, reportFaultSchema, eventFaultSchema]);

export type Fault = z.output<typeof faultSchema>;
export type FaultInput = z.input<typeof faultSchema>;
type FaultOf<On extends Fault["on"], Effect extends string> = Extract<Fault, { on: On; effect: Effect }>;

/** One line for each fault: its fields, without those that all have, and what it does. */
export const faultGuide = (): readonly string[] =>
  [sendFaultSchema, reportFaultSchema, eventFaultSchema]
    .flatMap<z.ZodObject>((schema) => schema.options)
    .map((option) => {
      const fields = Object.entries(option.shape).filter(([name]) => !(name in strikes));
      return `{ ${fields.map(([name, field]) => describedField(name, field)).join(", ")} } ${option.description}`;
    });

const describedField = (name: string, field: z.core.$ZodType): string => {
  if (field instanceof z.ZodLiteral)
    return `"${name}": ${[...field.values].map((value) => JSON.stringify(value)).join("|")}`;
  return field instanceof z.ZodOptional || field instanceof z.ZodDefault ? `"${name}"?` : `"${name}"`;
};

/** The faults that wait for something to strike. Of several that could strike the same thing, the oldest does. */
export class Faults {
  readonly #waiting: { readonly fault: Fault; timesLeft: number }[] = [];

  add(fault: Fault): void {
    this.#waiting.push({ fault, timesLeft: fault.times });
  }

  /** The faults that are not used up, oldest first; `times` says how often each will still strike. */
  list(): readonly Fault[] {
    return this.#waiting.map(({ fault, timesLeft }) => ({ ...fault, times: timesLeft }));
  }

  clear(): void {
    this.#waiting.length = 0;
  }

  /**
   * Uses up one strike of the oldest fault that fits.
   * @param effects - the effects that the caller can bring about at this point.
   * @param parties - the phone numbers concerned.
   */
  take<On extends Fault["on"], Effect extends FaultOf<On, string>["effect"]>(
    on: On,
    effects: readonly Effect[],
    parties: readonly string[],
  ): FaultOf<On, Effect> | undefined {
    const fits = (fault: Fault): fault is FaultOf<On, Effect> =>
      fault.on === on &&
      effects.some((effect) => effect === fault.effect) &&
      (fault.match === undefined || parties.includes(fault.match));
    for (const [index, entry] of this.#waiting.entries()) {
      const { fault } = entry;
      if (!fits(fault)) continue;
      entry.timesLeft -= 1;
      if (entry.timesLeft === 0) this.#waiting.splice(index, 1);
      return fault;
    }
    return undefined;
  }
}
