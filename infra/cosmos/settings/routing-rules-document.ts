import * as z from "zod";
import type { RoutingRule, Setting } from "../../../shared/settings/settings.ts";
import { complete, defineDocument, type EveryMember, sameShape } from "../document-kind.ts";

const ruleSchema = z.object({
  name: z.string(),
  when: z.object({
    channelIds: z.array(z.string()).optional(),
    contactTags: z.array(z.string()).optional(),
    textContains: z.array(z.string()).optional(),
    hours: z.object({ id: z.string(), open: z.boolean() }).optional(),
  }),
  queueId: z.string(),
  priority: z.int(),
  skills: z.array(z.string()),
});
type RuleDocument = z.infer<typeof ruleSchema>;

const routingRulesDocumentSchema = z.object({
  kind: z.literal("routing-rules"),
  id: z.literal("routing-rules"),
  rules: z.array(ruleSchema),
});
type RoutingRulesDocument = z.infer<typeof routingRulesDocumentSchema>;

const toRuleDocument = ({ name, when, queueId, priority, skills }: RoutingRule): EveryMember<RuleDocument> => ({
  name,
  when: complete<RuleDocument["when"]>({
    channelIds: when.channelIds && [...when.channelIds],
    contactTags: when.contactTags && [...when.contactTags],
    textContains: when.textContains && [...when.textContains],
    hours: when.hours && { id: when.hours.id, open: when.hours.open },
  }),
  queueId,
  priority,
  skills: [...skills],
});

const toRule = ({ name, when, queueId, priority, skills }: RuleDocument): RoutingRule =>
  complete<RoutingRule>({
    name,
    when: complete<RoutingRule["when"]>({
      channelIds: when.channelIds,
      contactTags: when.contactTags,
      textContains: when.textContains,
      hours: when.hours,
    }),
    queueId,
    priority,
    skills,
  });

export const ROUTING_RULES_DOCUMENT = defineDocument<Setting<"routing-rules">, RoutingRulesDocument>({
  container: "settings",
  schema: routingRulesDocumentSchema,
  upgrades: [sameShape],
  toDocument: ({ id, rules }) => ({ kind: "routing-rules", id, rules: rules.map(toRuleDocument) }),
  fromDocument: ({ id, rules }) => complete<Setting<"routing-rules">>({ id, rules: rules.map(toRule) }),
});
