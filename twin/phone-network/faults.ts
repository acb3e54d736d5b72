import * as z from "zod";
import type { EventFaults } from "../webhooks/event-faults.ts";
import { phoneNumberSchema } from "./phone-number.ts";

const common = {
  times: z.int().min(1).default(1).describe("How many times the fault applies."),
  match: phoneNumberSchema.optional().describe("Restricts the fault to texts from or to this number."),
};
const delayMs = z.int().min(1).max(86_400_000).describe("Milliseconds, at most one day.");

const send = <const Effect extends string>(effect: Effect) => ({
  on: z.literal("send"),
  effect: z.literal(effect),
  ...common,
});
const sendFaultSchema = z.discriminatedUnion("effect", [
  z.strictObject({ ...send("delay"), delayMs }).describe("A send request is processed this much later."),
  z
    .strictObject({
      ...send("status"),
      status: z.literal([400, 401, 429, 500, 503]),
      retryAfterSeconds: z.int().min(0).optional().describe("Value of the Retry-After header."),
    })
    .describe("A send request fails with this HTTP status; no text is sent."),
  z
    .strictObject(send("drop-connection"))
    .describe("A send request is processed, then the connection is closed without a response."),
  z.strictObject(send("no-response")).describe("A send request is not processed and gets no response."),
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
        .describe("The provider's own error code; by default the one for an invalid number."),
    })
    .describe("One recipient is refused. The other recipients of the request get their text."),
]);

const report = <const Effect extends string>(effect: Effect) => ({
  on: z.literal("report"),
  effect: z.literal(effect),
  ...common,
});
const reportFaultSchema = z.discriminatedUnion("effect", [
  z.strictObject(report("lose")).describe("A delivery report is never sent."),
  z.strictObject({ ...report("delay"), delayMs }).describe("A delivery report is sent this much later."),
  z.strictObject(report("duplicate")).describe("A delivery report is sent twice."),
  z
    .strictObject({
      ...report("fail"),
      code: z.int().min(100).max(99_999).describe("The provider's own error code."),
      reachesHandset: z.boolean().default(false).describe("Whether the text reaches the handset nevertheless."),
    })
    .describe("An accepted text fails: the delivery report has this code."),
  z.strictObject(report("regress")).describe("The true delivery report is followed by one that says the opposite."),
  z
    .strictObject(report("overtake"))
    .describe('The report "sent" follows the report "delivered"; for providers that report both.'),
]);

const event = <const Effect extends string>(effect: Effect) => ({
  on: z.literal("event"),
  effect: z.literal(effect),
  ...common,
});

/** An event is an Event Grid event or a call of a provider's webhook. */
const eventFaults = [
  z.strictObject(event("deliver-twice")).describe("An event is delivered twice, at the same time."),
  z
    .strictObject(event("hold"))
    .describe("An event is held and delivered after the next one of its kind, or when the faults are cleared."),
  z.strictObject({ ...event("delay"), delayMs }).describe("An event is delivered this much later."),
  z
    .strictObject({ ...event("replay"), delayMs })
    .describe("An event is delivered and, this much later, delivered again with the same bytes."),
] as const;

/**
 * The schema of all faults.
 * @param eventEffects - effects on events that only some providers have, with their descriptions.
 */
export const faultSchemaWith = (eventEffects: Readonly<Record<string, string>>) => {
  const special = Object.entries(eventEffects).map(([effect, description]) =>
    z.strictObject(event(effect)).describe(description),
  );
  return z.discriminatedUnion("on", [
    sendFaultSchema,
    reportFaultSchema,
    z.discriminatedUnion("effect", [...eventFaults, ...special]),
  ]);
};

export type FaultSchema = ReturnType<typeof faultSchemaWith>;
export type Fault = z.output<FaultSchema>;
export type FaultInput = z.input<FaultSchema>;
type FaultOf<On extends Fault["on"], Effect extends string> = Extract<Fault, { on: On; effect: Effect }>;

/** A line for each fault: its own members and its description. */
export const faultGuide = (schema: FaultSchema): readonly string[] =>
  schema.options
    .flatMap<z.ZodObject>(({ options }) => options)
    .map((option) => {
      const members = Object.entries(option.shape).filter(([name]) => !(name in common));
      return `{ ${members.map(([name, member]) => describedMember(name, member)).join(", ")} } ${option.description}`;
    });

const describedMember = (name: string, member: z.core.$ZodType): string => {
  if (member instanceof z.ZodLiteral) {
    return `"${name}": ${[...member.values].map((value) => JSON.stringify(value)).join("|")}`;
  }
  return member instanceof z.ZodOptional || member instanceof z.ZodDefault ? `"${name}"?` : `"${name}"`;
};

/** The faults that wait to be applied. Where several fit, the oldest applies. */
export class Faults {
  readonly #pending: { readonly fault: Fault; timesLeft: number }[] = [];

  add(fault: Fault): void {
    this.#pending.push({ fault, timesLeft: fault.times });
  }

  /** The pending faults, oldest first. `times` is how many more times a fault applies. */
  list(): readonly Fault[] {
    return this.#pending.map(({ fault, timesLeft }) => ({ ...fault, times: timesLeft }));
  }

  clear(): void {
    this.#pending.length = 0;
  }

  /**
   * Takes the oldest fault that fits, and counts it down.
   * @param effects - the effects that the caller can apply at this point.
   * @param parties - the phone numbers involved.
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
    for (const [index, entry] of this.#pending.entries()) {
      const { fault } = entry;
      if (!fits(fault)) continue;
      entry.timesLeft -= 1;
      if (entry.timesLeft === 0) this.#pending.splice(index, 1);
      return fault;
    }
    return undefined;
  }

  /** The faults for one event. @param parties - the phone numbers that the event is about. */
  forEvent(parties: readonly string[]): EventFaults {
    return {
      takeDelayMs: () => this.take("event", ["delay"], parties)?.delayMs ?? 0,
      takeDeliveryFault: () => this.take("event", ["deliver-twice", "hold", "replay"], parties),
      takeEffect: (effects) => this.take("event", effects, parties)?.effect,
    };
  }
}
