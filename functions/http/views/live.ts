import * as z from "zod";
import { instantSchema } from "../../../shared/kernel/instant.ts";
import type { LiveConnection } from "../../../shared/kernel/live-updates.ts";
import type { Complete } from "./complete.ts";

const liveConnectionViewSchema = z
  .object({
    url: z.string().meta({
      description:
        "The address of a WebSocket with the subprotocol json.webpubsub.azure.v1. It contains a secret: do not keep or log it",
    }),
    expiresAt: instantSchema.meta({ description: "Until when the address can be connected to" }),
  })
  .meta({ id: "LiveConnection" });

export const liveViewSchema = z
  .object({
    connection: liveConnectionViewSchema
      .optional()
      .meta({ description: "Absent when the app has no live updates: poll instead" }),
  })
  .meta({ id: "Live" });

export const liveView = (connection: LiveConnection | undefined): z.output<typeof liveViewSchema> => ({
  ...(connection && { connection: liveConnectionView(connection) }),
});

const liveConnectionView = (
  connection: LiveConnection,
): Complete<LiveConnection, z.output<typeof liveConnectionViewSchema>> => ({
  url: connection.url,
  expiresAt: connection.expiresAt,
});
