import { COMMANDS, type CommandName } from "./keymap.ts";

/** The commands that can be run now. The parts of the page that are shown offer them. */
export class Commands {
  readonly #runs = new Map<CommandName, () => void>();
  #available: readonly CommandName[] = [];
  readonly #listeners = new Set<() => void>();

  /** The same list while nothing changes. */
  get available(): readonly CommandName[] {
    return this.#available;
  }

  /** @returns takes the offer back. */
  offer(name: CommandName, run: () => void): () => void {
    this.#runs.set(name, run);
    this.#changed();
    return () => {
      if (this.#runs.get(name) !== run) return;
      this.#runs.delete(name);
      this.#changed();
    };
  }

  /** @returns whether the command could be run. */
  run(name: CommandName): boolean {
    const run = this.#runs.get(name);
    run?.();
    return run !== undefined;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  #changed(): void {
    this.#available = COMMANDS.filter((name) => this.#runs.has(name));
    for (const listener of this.#listeners) listener();
  }
}
