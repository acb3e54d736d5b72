import type { OptOutPolicy } from "../opt-outs.ts";

/**
 * What Twilio itself does for a long code without a messaging service.
 * Source: Twilio, default opt-out keywords; the wording of the answers is approximate.
 */
export const TWILIO_POLICY: OptOutPolicy = {
  stopWords: new Set(["stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"]),
  startWords: new Set(["start", "yes", "unstop"]),
  helpWords: new Set(["help", "info"]),
  stopAnswer:
    "You have successfully been unsubscribed. You will not receive any more messages from this number. " +
    "Reply START to resubscribe.",
  startAnswer: "You have successfully been re-subscribed to messages from this number. Reply STOP to unsubscribe.",
  helpAnswer: "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
};
