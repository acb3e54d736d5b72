import * as z from "zod";
import { settingIdSchema } from "../../../shared/kernel/ids.ts";
import { ruleObstacleSchema } from "../../../shared/routing/choose-queue.ts";
import type { RuleTrialOutcome } from "../../../shared/routing/try-rules.ts";

export const ruleTrialViewSchema = z
  .object({
    queueId: settingIdSchema,
    priority: z.int().meta({ description: "A conversation with a lower number is served first" }),
    skills: z.array(z.string()).meta({ description: "Skills that the agent must have" }),
    routedBy: z.string().meta({ description: "What chose the queue: a routing rule, the channel or the organisation" }),
    rules: z
      .array(
        z.object({
          name: z.string(),
          obstacle: ruleObstacleSchema.optional().meta({
            description: "The first condition that does not hold, or a queue that does not exist; absent if it applies",
          }),
        }),
      )
      .meta({ description: "The rules in their order, up to the one that applies" }),
  })
  .meta({ id: "RuleTrial" });

export const ruleTrialView = ({
  assignment: { queueId, priority, skills, routedBy },
  rules,
}: Extract<RuleTrialOutcome, { kind: "chosen" }>): z.output<typeof ruleTrialViewSchema> => ({
  queueId,
  priority,
  skills: [...skills],
  routedBy,
  rules: rules.map(({ name, obstacle }) => ({ name, ...(obstacle !== undefined && { obstacle }) })),
});
