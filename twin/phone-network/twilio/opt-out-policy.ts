import { NETWORK_POLICY, type OptOutPolicy } from "../opt-outs.ts";
import type { TwilioNumber } from "./number.ts";

/**
 * Twilio's own policy for a long code without a messaging service.
 * Source: Twilio, default opt-out keywords. The words of the replies are approximate.
 */
const TWILIO_POLICY: OptOutPolicy = {
  stopWords: new Set(["stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"]),
  startWords: new Set(["start", "yes", "unstop"]),
  helpWords: new Set(["help", "info"]),
  stopReply:
    "You have successfully been unsubscribed. You will not receive any more messages from this number. " +
    "Reply START to resubscribe.",
  startReply: "You have successfully been re-subscribed to messages from this number. Reply STOP to unsubscribe.",
  helpReply: "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
};

/** The network handles STOP and START, and Twilio HELP. Source: Twilio, opt-out keyword handling for toll-free SMS. */
const TOLL_FREE_POLICY: OptOutPolicy = {
  ...NETWORK_POLICY,
  helpWords: TWILIO_POLICY.helpWords,
  helpReply: TWILIO_POLICY.helpReply,
};

/** Without a messaging service, the company handles keywords. Source: Twilio, customizing HELP and STOP messages. */
const SHORT_CODE_POLICY: OptOutPolicy = {
  ...TWILIO_POLICY,
  stopWords: new Set(),
  startWords: new Set(),
  helpWords: new Set(),
};

export const policyOf = ({ type }: TwilioNumber): OptOutPolicy => {
  switch (type) {
    case "long-code":
      return TWILIO_POLICY;
    case "toll-free":
      return TOLL_FREE_POLICY;
    case "short-code":
      return SHORT_CODE_POLICY;
  }
};
