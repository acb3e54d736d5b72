import type { Clock } from "../clock.ts";
import type { EventPublisher } from "../event-grid/publisher.ts";
import type { HttpApp } from "../http/server.ts";
import type { Scheduler } from "../webhooks/scheduler.ts";
import { AcsSms } from "./acs/acs-sms.ts";
import type { Carrier } from "./carrier.ts";
import type { CustomerText } from "./customer-text.ts";
import type { Faults } from "./faults.ts";
import type { OptOuts } from "./opt-outs.ts";
import type { OwnedNumbers } from "./owned-numbers.ts";
import { SendFaults } from "./send-faults.ts";
import type { TelesignAccount } from "./telesign/account.ts";
import { Telesign } from "./telesign/messages.ts";
import { TelesignRestApi } from "./telesign/rest-api.ts";
import type { TwilioAccount } from "./twilio/account.ts";
import { Twilio } from "./twilio/messages.ts";
import { TwilioRestApi } from "./twilio/rest-api.ts";
import type { Webhooks } from "./webhooks.ts";

interface Parts {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly carrier: Carrier;
  readonly optOuts: OptOuts;
  readonly numbers: OwnedNumbers;
  readonly events: EventPublisher;
  readonly webhooks: Webhooks;
  readonly accessKey: Buffer;
  readonly twilioAccount: TwilioAccount;
  readonly telesignAccount: TelesignAccount;
}

/** The three companies that numbers can be with: their APIs, and what they do with a customer's text. */
export class Providers {
  readonly telesign: Telesign;
  readonly #numbers: OwnedNumbers;
  readonly #acs: AcsSms;
  readonly #twilio: Twilio;
  readonly #twilioApi: TwilioRestApi;
  readonly #telesignApi: TelesignRestApi;

  constructor({ twilioAccount, telesignAccount, ...parts }: Parts) {
    this.#numbers = parts.numbers;
    const common = { ...parts, sendFaults: new SendFaults(parts) };
    this.#acs = new AcsSms(common);
    this.#twilio = new Twilio({ ...common, account: twilioAccount });
    this.#twilioApi = new TwilioRestApi({ ...common, account: twilioAccount, twilio: this.#twilio });
    this.telesign = new Telesign({ ...common, account: telesignAccount });
    this.#telesignApi = new TelesignRestApi({ ...common, account: telesignAccount, telesign: this.telesign });
  }

  apps(): readonly HttpApp[] {
    return [this.#acs, this.#twilioApi, this.#telesignApi].map((api) => api.makeApp());
  }

  /** A customer's text comes to whoever the number is with. @returns its id. */
  receive(text: CustomerText): string {
    const number = this.#numbers.get(text.to);
    switch (number.provider) {
      case "acs":
        return this.#acs.receive(text);
      case "twilio":
        return this.#twilio.receive(text, number);
      case "telesign":
        return this.telesign.receive(text);
    }
  }
}
