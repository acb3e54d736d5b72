import { onTestFinished } from "vitest";
import { FREE_PORTS, LocalEnvironment, type LocalEnvironmentOptions } from "../../../local/environment.ts";
import { Colleague, Customer } from "../../../local/people.ts";
import {
  SAMPLE_CHANNEL_NUMBER,
  type SampleOrganisation,
  sampleOrganisation,
} from "../../../local/sample-organisation.ts";

/** The number that customers text in these tests. */
export const CHANNEL_NUMBER = SAMPLE_CHANNEL_NUMBER;

/** A twin, and the people who use it. */
export interface TestSystem {
  readonly twin: LocalEnvironment;
  customer(number: string): Customer;
  colleague(id: string): Colleague;
  /** Sends a customer's text to the channel and waits until the twin is idle. */
  text(number: string, text: string): Promise<void>;
}

/** Starts a twin on free ports. It stops when the test ends. */
export const startTestSystem = async (options: Partial<LocalEnvironmentOptions> = {}): Promise<TestSystem> => {
  const twin = await LocalEnvironment.start({ ports: FREE_PORTS, ...options });
  onTestFinished(() => twin.stop());
  return testSystemOn(twin);
};

/** Wraps a running twin. @param channelNumber - the number that customers text. */
export const testSystemOn = (twin: LocalEnvironment, channelNumber: string = CHANNEL_NUMBER): TestSystem => {
  const customer = (number: string) => new Customer(twin.addresses, number);
  return {
    twin,
    customer,
    colleague: (id) => new Colleague(twin.addresses, id),
    text: async (number, text) => {
      await customer(number).text(channelNumber, text);
      await twin.settled();
    },
  };
};

/** The sample organisation with some parts replaced. */
export const sampleOrganisationWith = (
  change: (sample: SampleOrganisation) => Partial<SampleOrganisation>,
): SampleOrganisation => {
  const sample = sampleOrganisation();
  return { ...sample, ...change(sample) };
};
