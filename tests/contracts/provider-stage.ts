import { expect, onTestFinished, vi } from "vitest";
import { PROVIDER_SETUPS } from "../../infra/providers/registry.ts";
import { toInstant } from "../../shared/kernel/instant.ts";
import type { Failure } from "../../shared/sms/failure.ts";
import type { ProviderName, SmsProvider, WebhookReading } from "../../shared/sms/provider.ts";
import type { EventGrid } from "../../twin/event-grid/index.ts";
import { WebhookReceiver } from "../../twin/event-grid/testing/webhook-receiver.ts";
import type { OwnedNumber, PhoneNetwork } from "../../twin/phone-network/index.ts";
import { startNetwork } from "../../twin/phone-network/testing/network.ts";

export const CUSTOMER = "+14255550123";
export const CHANNEL = "+12065550100";

type Settings = Readonly<Record<string, string>>;

/** What the contract has to know of a provider, beyond the port. */
export interface ProviderUnderTest {
  readonly name: ProviderName;
  /** The type of the channel's number. */
  readonly numberType: OwnedNumber["type"];
  readonly settings: (network: PhoneNetwork) => Settings;
  /** The settings among them that are changed for a key that is not the account's. */
  readonly wrongKey: (network: PhoneNetwork) => Settings;
  /** Where it says that the customer has opted out, and by which code. */
  readonly optedOut: { readonly at: "send" | "report"; readonly code: number };
  /** Codes with which a report can tell of a failure. */
  readonly failures: readonly (readonly [number, Failure])[];
}

type Told = Extract<WebhookReading, { kind: "valid" }> | { readonly kind: "invalid-signature" };

/** A provider over its own wire: the phone network plays the company at the other end, and the customer. */
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
    ? (): readonly Told[] =>
        receiver.callbacks.map(({ url, headers, body }) => webhook.read(callOf(url, headers, body)))
    : await readEventGrid(eventGrid);
  /** Waits until so many things were told, and returns them, oldest first. */
  const told = (count: number) =>
    vi.waitFor(() => {
      expect(read().length).toBeGreaterThanOrEqual(count);
      return read();
    });
  return { ...parts, now, provider, told, another: () => make(), stranger: () => make(wrongKey(network)) };
};

export type Stage = Awaited<ReturnType<typeof startStage>>;

const callOf = (url: string, headers: object, body: string) => ({
  url,
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
  body,
});

/** Where Event Grid brings what the provider tells. */
const readEventGrid = async (eventGrid: EventGrid): Promise<() => readonly Told[]> => {
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
