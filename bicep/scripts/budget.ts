import * as z from "zod";
import type { Az } from "./az.ts";
import { groupOf, type Target } from "./deployment.ts";
import { rest, undefinedIfNotFound } from "./rest.ts";

const notificationSchema = z.looseObject({ contactEmails: z.array(z.string()).default([]) });
const budgetSchema = z.object({
  eTag: z.string().optional(),
  properties: z.object({
    category: z.string(),
    amount: z.number(),
    timeGrain: z.string(),
    timePeriod: z.unknown(),
    notifications: z.record(z.string(), notificationSchema).default({}),
  }),
});

/** What the budget should be. */
export interface WantedBudget {
  readonly amount: number;
  readonly email: string;
}

/**
 * Changes the budget of an environment when its amount or its recipient has changed. The templates only create it: the
 * start of a budget can never be changed, and has to be the month of its creation.
 * @returns a sentence about the change; undefined when there is none.
 */
export const updateBudget = async (az: Az, target: Target, wanted: WantedBudget): Promise<string | undefined> => {
  const url = `/subscriptions/{subscriptionId}/resourceGroups/${groupOf(target)}/providers/Microsoft.Consumption/budgets/hilo?api-version=2024-08-01`;
  const found = await undefinedIfNotFound(rest(az, { method: "get", url }));
  if (found === undefined) return undefined;
  const { eTag, properties } = budgetSchema.parse(found);
  const recipients = Object.values(properties.notifications).flatMap(({ contactEmails }) => contactEmails);
  if (properties.amount === wanted.amount && recipients.every((email) => email === wanted.email)) return undefined;
  const notifications = Object.fromEntries(
    Object.entries(properties.notifications).map(([name, notification]) => [
      name,
      { ...notification, contactEmails: [wanted.email] },
    ]),
  );
  await rest(az, {
    method: "put",
    url,
    body: { eTag, properties: { ...properties, amount: wanted.amount, notifications } },
  });
  return `The monthly budget was ${properties.amount}, and is ${wanted.amount} now. Notifications go to ${wanted.email}.`;
};
