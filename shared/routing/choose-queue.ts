import * as z from "zod";
import type { Contact } from "../contact/contact.ts";
import type { QueueAssignment } from "../conversation/conversation.ts";
import type { Instant } from "../kernel/instant.ts";
import { isOpen } from "../settings/operating-hours.ts";
import {
  type Channel,
  type Organisation,
  type RoutingRule,
  routingRuleSchema,
  type SettingsSnapshot,
} from "../settings/settings.ts";
import { fold } from "../sms/fold.ts";

/** The facts by which the queue of a conversation is chosen. */
export interface RoutingCase {
  readonly organisation: Organisation;
  readonly channel: Channel;
  /** The contact, when exactly one has the customer's number. */
  readonly contact: Contact | undefined;
  /** The text that opens the conversation. */
  readonly text: string;
  readonly now: Instant;
}

/** The priority of conversations that no rule applies to. */
const DEFAULT_PRIORITY = routingRuleSchema.shape.priority.parse(undefined);

/** Why a rule does not choose the queue: its queue does not exist, or this condition does not hold. */
export const ruleObstacleSchema = z.enum(["unknown-queue", "channel", "contact", "text", "hours"]);
export type RuleObstacle = z.infer<typeof ruleObstacleSchema>;

/**
 * Chooses the queue of a conversation: by the first rule whose conditions all hold, else the channel's, else the
 * organisation's fallback queue. A rule or a channel whose queue does not exist is ignored.
 */
export const chooseQueue = (settings: SettingsSnapshot, routing: RoutingCase): QueueAssignment => {
  const rule = settings.rules.find((candidate) => ruleObstacle(candidate, settings, routing) === undefined);
  if (rule) {
    return { queueId: rule.queueId, priority: rule.priority, skills: rule.skills, routedBy: `rule: ${rule.name}` };
  }
  const defaults = { priority: DEFAULT_PRIORITY, skills: [] };
  const { channel, organisation } = routing;
  return channel.queueId !== undefined && exists(settings, channel.queueId)
    ? { ...defaults, queueId: channel.queueId, routedBy: "channel" }
    : { ...defaults, queueId: organisation.fallbackQueueId, routedBy: "organisation" };
};

const exists = ({ queues }: SettingsSnapshot, queueId: string): boolean => queues.some(({ id }) => id === queueId);

/** @returns undefined when the rule applies. */
export const ruleObstacle = (
  { when, queueId }: RoutingRule,
  settings: SettingsSnapshot,
  { channel, contact, text, now }: RoutingCase,
): RuleObstacle | undefined => {
  if (!exists(settings, queueId)) return "unknown-queue";
  if (when.channelIds && !when.channelIds.includes(channel.id)) return "channel";
  if (when.contactTags && !hasTag(contact, when.contactTags)) return "contact";
  if (when.textContains && !containsOne(text, when.textContains)) return "text";
  if (!when.hours) return undefined;
  const { id, open } = when.hours;
  const hours = settings.operatingHours.find((candidate) => candidate.id === id);
  return hours !== undefined && isOpen(hours, now) === open ? undefined : "hours";
};

const hasTag = (contact: Contact | undefined, tags: readonly string[]): boolean => {
  const folded = contact?.tags.map(fold) ?? [];
  return tags.some((tag) => folded.includes(fold(tag)));
};

/** Words that fold to nothing are in no text. The settings accept none; earlier releases did. */
const containsOne = (text: string, words: readonly string[]): boolean => {
  const folded = fold(text);
  return words.map(fold).some((word) => word !== "" && folded.includes(word));
};
