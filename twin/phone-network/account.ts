import * as z from "zod";

/** The company's account at a provider. Its settings can change while the network runs. */
export class Account<Settings extends object> {
  readonly #schema: z.ZodType<Settings>;
  #settings: Settings;

  /** @throws ZodError when the settings are malformed. */
  constructor(schema: z.ZodType<Settings>, settings: unknown) {
    this.#schema = schema;
    this.#settings = schema.parse(settings ?? {});
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** Changes some of the settings. @throws ZodError when they are malformed. */
  update(changes: unknown): void {
    const changed = z.record(z.string(), z.unknown()).parse(changes);
    this.#settings = this.#schema.parse({ ...this.#settings, ...changed });
  }
}
