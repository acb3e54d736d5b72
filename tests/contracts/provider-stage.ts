import type { EventGrid } from "azure-twin/event-grid";
import { WebhookReceiver } from "azure-twin/event-grid/testing/webhook-receiver";
import type { OwnedNumber, PhoneNetwork } from "azure-twin/phone-network";
import { startNetwork } from "azure-twin/phone-network/testing/network";
import { expect, onTestFinished, vi } from "vitest";
import { PROVIDER_SETUPS } from "../../infra/providers/registry.ts";
import { toInstant } from "../../shared/kernel/instant.ts";
import type { Failure } from "../../shared/sms/failure.ts";
import type { ProviderName, SmsProvider, WebhookReading } from "../../shared/sms/provider.ts";

export const CUSTOMER = "+14255550123";
export const CHANNEL = "+12065550100";

type Settings = Readonly<Record<string, string>>;

/** The facts about a provider that its contract needs besides the port. */
export interface ProviderUnderTest {
  readonly name: ProviderName;
  /** The type of the channel's number. */
  readonly numberType: OwnedNumber["type"];
  readonly settings: (network: PhoneNetwork) => Settings;
  /** The settings that replace the account's key by a wrong one. */
  readonly wrongKey: (network: PhoneNetwork) => Settings;
  /** Where the provider reports that the customer has opted out, and its code. */
  readonly optedOut: { readonly at: "send" | "report"; readonly code: number };
  /** Codes of failures in delivery reports. */
  readonly failures: readonly (readonly [number, Failure])[];
}

/** Starts a provider against the phone network, which plays the company at the other end and the customer. */
export const startStage = async ({ name, numberType, settings, wrongKey }: ProviderUnderTest) => {
  const parts = await startNetwork(() => ({}));
  const { network, eventGrid, clock, app, receiver } = parts;
  network.connectNumber({ number: CHANNEL, provider: name, type: numberType }, `${app}/api/webhooks/${name}`);

  const now = () => toInstant(new Date(clock.now()));
  const make = (changes: Settings = {}): SmsProvider => {
    const configured = PROVIDER_SETUPS[name]?.configure({ ...settings(network), ...changes }, app);
    if (!configured?.make) throw new Error(`${name} is not set up: ${configured?.problems}`);
    return configured.make({ identityClientId: undefined, now });
  };
  const provider = make();
  const { webhook } = provider;
  const read = webhook
    ? (): readonly WebhookReading[] =>
        receiver.callbacks.map(({ url, headers, body }) => webhook.read(callOf(url, headers, body)))
    : await readEventGrid(eventGrid);
  /** Waits for at least `count` events. @returns all of them, oldest first. */
  const events = (count: number) =>
    vi.waitFor(() => {
      expect(read().length).toBeGreaterThanOrEqual(count);
      return read();
    });
  return { ...parts, now, provider, events, restarted: () => make(), withWrongKey: () => make(wrongKey(network)) };
};

export type Stage = Awaited<ReturnType<typeof startStage>>;

const callOf = (url: string, headers: object, body: string) => ({
  url,
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
  body,
});

/** Subscribes to the events of a provider that Event Grid delivers. @returns a function that reads them. */
const readEventGrid = async (eventGrid: EventGrid): Promise<() => readonly WebhookReading[]> => {
  const grid = new WebhookReceiver();
  const endpoint = await grid.start();
  onTestFinished(() => grid.stop());
  const kinds = { "sms-received": "SMSReceived", "sms-delivery-report": "SMSDeliveryReportReceived" } as const;
  for (const [subscription, type] of Object.entries(kinds)) {
    await eventGrid.subscribe({ name: subscription, eventType: `Microsoft.Communication.${type}` as never, endpoint });
  }
  return () =>
    grid.notifications.map(({ event }) => ({
      kind: "valid",
      source: String(event.eventType).endsWith(kinds["sms-received"]) ? "sms-received" : "sms-delivery-report",
      event,
    }));
};
