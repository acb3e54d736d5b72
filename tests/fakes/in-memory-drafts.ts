import type { Draft, DraftKey, Drafts } from "../../shared/conversation/drafts.ts";
import type { Hooks } from "./hooks.ts";
import { InMemoryTable } from "./in-memory-table.ts";

export class InMemoryDrafts implements Drafts {
  readonly #table: InMemoryTable<Draft>;

  constructor(hooks: Hooks = {}) {
    this.#table = new InMemoryTable("drafts", hooks);
  }

  save(draft: Draft): Promise<void> {
    return this.#table.write("save", () => void this.#table.put(keyOf(draft), draft));
  }

  remove(key: DraftKey): Promise<void> {
    return this.#table.write("remove", () => this.#table.delete(keyOf(key)));
  }

  find(key: DraftKey): Promise<Draft | undefined> {
    return this.#table.read("find", () => this.#table.get(keyOf(key))?.value);
  }
}

const keyOf = ({ conversationId, agentId, kind }: DraftKey): string => `${conversationId}/${agentId}/${kind}`;
