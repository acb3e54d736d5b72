import * as z from "zod";
import {
  channelSchema,
  operatingHoursSettingSchema,
  organisationSchema,
  queueSchema,
  quickReplySchema,
  routingRulesSchema,
} from "./settings.ts";

/** A setting that an administrator creates or replaces. Unknown members are refused at every depth. */
export const settingChangeSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("organisation"),
    setting: organisationSchema.meta({ id: "OrganisationChange" }),
  }),
  z.object({ kind: z.literal("channels"), setting: channelSchema.meta({ id: "ChannelChange" }) }),
  z.object({ kind: z.literal("queues"), setting: queueSchema.meta({ id: "QueueChange" }) }),
  z.object({
    kind: z.literal("routing-rules"),
    setting: routingRulesSchema.meta({ id: "RoutingRulesChange" }),
  }),
  z.object({
    kind: z.literal("operating-hours"),
    setting: operatingHoursSettingSchema.meta({ id: "OperatingHoursChange" }),
  }),
  z.object({ kind: z.literal("quick-replies"), setting: quickReplySchema.meta({ id: "QuickReplyChange" }) }),
]);
export type SettingChange = z.infer<typeof settingChangeSchema>;
