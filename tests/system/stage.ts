import { onTestFinished } from "vitest";
import { FREE_PORTS, LocalEnvironment, type LocalEnvironmentOptions } from "../../local/environment.ts";
import { Colleague, Customer } from "../../local/people.ts";
import { SAMPLE_CHANNEL_NUMBER, type SampleOrganisation, sampleOrganisation } from "../../local/sample-organisation.ts";

/** The number that customers text in these tests. */
export const COMPANY = SAMPLE_CHANNEL_NUMBER;

/** A twin of its own for one test, with the people who act in it. */
export interface Stage {
  readonly twin: LocalEnvironment;
  customer(number: string): Customer;
  colleague(id: string): Colleague;
  /** Has a customer text the company and waits until all that follows is done. */
  text(number: string, text: string): Promise<void>;
}

/** Starts a twin on free ports, which ends with the test. */
export const setStage = async (options: Partial<LocalEnvironmentOptions> = {}): Promise<Stage> => {
  const twin = await LocalEnvironment.start({ ports: FREE_PORTS, ...options });
  onTestFinished(() => twin.stop());
  return stageOn(twin);
};

/**
 * Shows a running twin as a stage.
 * @param company - the number that customers text.
 */
export const stageOn = (twin: LocalEnvironment, company: string = COMPANY): Stage => {
  const customer = (number: string) => new Customer(twin.addresses, number);
  return {
    twin,
    customer,
    colleague: (id) => new Colleague(twin.addresses, id),
    text: async (number, text) => {
      await customer(number).text(company, text);
      await twin.settled();
    },
  };
};

/** The sample organisation with other agents. */
export const organisationWith = (
  change: (sample: SampleOrganisation) => Partial<SampleOrganisation>,
): SampleOrganisation => {
  const sample = sampleOrganisation();
  return { ...sample, ...change(sample) };
};
