import * as z from "zod";
import { type Queue, queueSchema } from "../../../shared/settings/settings.ts";
import { complete, defineDocument } from "../document-kind.ts";

const overflowSchema = z.object({ afterSeconds: z.int(), toQueueId: z.string().optional() });
type OverflowDocument = z.infer<typeof overflowSchema>;

const queueDocumentSchema = z.object({
  kind: z.literal("queues"),
  id: z.string(),
  name: z.string(),
  assignmentMethod: z.enum(["most-free-capacity", "round-robin"]),
  assignAutomatically: z.boolean(),
  offerSeconds: z.int(),
  inactiveOnMissedOffer: z.boolean(),
  declineLimit: z.int(),
  declineMemorySeconds: z.int().optional(),
  allowedPresences: z.array(z.enum(["available", "busy", "do-not-disturb", "away", "offline", "inactive"])),
  preferLastAgentSeconds: z.int(),
  wrapUpSeconds: z.int(),
  inactiveAfterSeconds: z.int(),
  overflow: overflowSchema.optional(),
  operatingHoursId: z.string().optional(),
  agentOfflineSeconds: z.int().optional(),
  agentSilentSeconds: z.int().optional(),
});
type QueueDocument = z.infer<typeof queueDocumentSchema>;

const queueVersion1 = z
  .looseObject({ method: z.unknown(), assignAtOnce: z.unknown(), presences: z.unknown() })
  .transform(({ method, assignAtOnce, presences, ...rest }) => ({
    ...rest,
    assignmentMethod: method,
    assignAutomatically: assignAtOnce,
    allowedPresences: presences,
  }));

/** Values of members that stored documents may not have yet. */
const QUEUE_DEFAULTS = queueSchema.parse({ id: "defaults", name: "defaults" });

type Overflow = NonNullable<Queue["overflow"]>;

const toOverflowDocument = ({ afterSeconds, toQueueId }: Overflow): OverflowDocument =>
  complete<OverflowDocument>({ afterSeconds, toQueueId });

const toOverflow = ({ afterSeconds, toQueueId }: OverflowDocument): Overflow =>
  complete<Overflow>({ afterSeconds, toQueueId });

export const QUEUE_DOCUMENT = defineDocument<Queue, QueueDocument>({
  container: "settings",
  schema: queueDocumentSchema,
  upgrades: [queueVersion1],
  toDocument: (queue) => ({
    kind: "queues",
    id: queue.id,
    name: queue.name,
    assignmentMethod: queue.assignmentMethod,
    assignAutomatically: queue.assignAutomatically,
    offerSeconds: queue.offerSeconds,
    inactiveOnMissedOffer: queue.inactiveOnMissedOffer,
    declineLimit: queue.declineLimit,
    declineMemorySeconds: queue.declineMemorySeconds,
    allowedPresences: [...queue.allowedPresences],
    preferLastAgentSeconds: queue.preferLastAgentSeconds,
    wrapUpSeconds: queue.wrapUpSeconds,
    inactiveAfterSeconds: queue.inactiveAfterSeconds,
    overflow: queue.overflow && toOverflowDocument(queue.overflow),
    operatingHoursId: queue.operatingHoursId,
    agentOfflineSeconds: queue.agentOfflineSeconds,
    agentSilentSeconds: queue.agentSilentSeconds,
  }),
  fromDocument: (document) =>
    complete<Queue>({
      id: document.id,
      name: document.name,
      assignmentMethod: document.assignmentMethod,
      assignAutomatically: document.assignAutomatically,
      offerSeconds: document.offerSeconds,
      inactiveOnMissedOffer: document.inactiveOnMissedOffer,
      declineLimit: document.declineLimit,
      declineMemorySeconds: document.declineMemorySeconds ?? QUEUE_DEFAULTS.declineMemorySeconds,
      allowedPresences: document.allowedPresences,
      preferLastAgentSeconds: document.preferLastAgentSeconds,
      wrapUpSeconds: document.wrapUpSeconds,
      inactiveAfterSeconds: document.inactiveAfterSeconds,
      overflow: document.overflow && toOverflow(document.overflow),
      operatingHoursId: document.operatingHoursId,
      agentOfflineSeconds: document.agentOfflineSeconds ?? QUEUE_DEFAULTS.agentOfflineSeconds,
      agentSilentSeconds: document.agentSilentSeconds,
    }),
});
