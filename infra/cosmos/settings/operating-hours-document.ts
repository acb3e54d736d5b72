import * as z from "zod";
import type { Setting } from "../../../shared/settings/settings.ts";
import { complete, defineDocument, type EveryMember, sameShape } from "../document-kind.ts";

const spanSchema = z.object({
  day: z.enum(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]),
  from: z.string(),
  until: z.string(),
});
type SpanDocument = z.infer<typeof spanSchema>;

const operatingHoursDocumentSchema = z.object({
  kind: z.literal("operating-hours"),
  id: z.string(),
  timeZone: z.string(),
  week: z.array(spanSchema),
  holidays: z.array(z.string()),
});
type OperatingHoursDocument = z.infer<typeof operatingHoursDocumentSchema>;

type Span = Setting<"operating-hours">["week"][number];

export const OPERATING_HOURS_DOCUMENT = defineDocument<Setting<"operating-hours">, OperatingHoursDocument>({
  container: "settings",
  schema: operatingHoursDocumentSchema,
  upgrades: [sameShape],
  toDocument: ({ id, timeZone, week, holidays }) => ({
    kind: "operating-hours",
    id,
    timeZone,
    week: week.map(({ day, from, until }): EveryMember<SpanDocument> => ({ day, from, until })),
    holidays: [...holidays],
  }),
  fromDocument: ({ id, timeZone, week, holidays }) =>
    complete<Setting<"operating-hours">>({
      id,
      timeZone,
      week: week.map(({ day, from, until }) => complete<Span>({ day, from, until })),
      holidays,
    }),
});
