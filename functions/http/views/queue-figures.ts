import * as z from "zod";
import { instantSchema } from "../../../shared/kernel/instant.ts";
import type { QueueFigures } from "../../../shared/routing/queue-figures.ts";
import { presenceSchema } from "../../../shared/settings/presence.ts";
import type { Complete } from "./complete.ts";

const openStateSchema = z.enum(["new", "queued", "offered", "active", "waiting", "wrap-up"]);

export const queueFiguresViewSchema = z
  .object({
    at: instantSchema.meta({ description: "When the figures were taken" }),
    conversations: z
      .partialRecord(openStateSchema, z.int().min(1))
      .meta({ description: "How many conversations of the queue are in each state; states without one are left out" }),
    longestWaitSeconds: z
      .number()
      .min(0)
      .optional()
      .meta({ description: "How long the oldest queued conversation has been in the queue; absent when none waits" }),
    members: z.partialRecord(presenceSchema, z.int().min(1)).meta({
      description: "How many members have each presence. An agent may be a member of several queues",
    }),
    membersWithCapacity: z
      .int()
      .min(0)
      .meta({ description: "How many members have a presence that the queue allows, and free capacity" }),
  })
  .meta({ id: "QueueFigures" });
type QueueFiguresView = z.output<typeof queueFiguresViewSchema>;

export const queueFiguresView = (figures: QueueFigures): Complete<QueueFigures, QueueFiguresView> => ({
  at: figures.at,
  conversations: { ...figures.conversations },
  longestWaitSeconds: figures.longestWaitSeconds,
  members: { ...figures.members },
  membersWithCapacity: figures.membersWithCapacity,
});
