import type { Draft, DraftKey, Drafts } from "../../shared/conversation/drafts.ts";
import { threadOf } from "../../shared/kernel/ids.ts";
import type { Containers } from "./cosmos-database.ts";
import { Documents } from "./documents.ts";
import { DRAFT_DOCUMENT, draftDocumentId } from "./draft-document.ts";

/** Drafts in the container `messages`, beside the messages of their threads. */
export class CosmosDrafts implements Drafts {
  readonly #documents: Documents<Draft>;

  constructor(containers: Containers) {
    this.#documents = new Documents(containers, DRAFT_DOCUMENT);
  }

  async save(draft: Draft): Promise<void> {
    await this.#documents.upsert(draft);
  }

  async remove(key: DraftKey): Promise<void> {
    await this.#documents.remove(draftDocumentId(key), threadOf(key.conversationId));
  }

  async find(key: DraftKey): Promise<Draft | undefined> {
    return (await this.#documents.read(draftDocumentId(key), threadOf(key.conversationId)))?.value;
  }
}
