import { RETRY, retryOnConflict } from "../../shared/kernel/retry-on-conflict.ts";
import {
  BurstAllowance,
  MAX_WAIT_SECONDS,
  nextTurn,
  type Pace,
  type PaceRequest,
  type PaceTurn,
} from "../../shared/sms/pace.ts";
import type { Containers } from "./cosmos-database.ts";
import { Documents } from "./documents.ts";
import { TURNS_DOCUMENT, type Turns } from "./turns-document.ts";

/** Keeps the pace of each busy channel in a document of the container `pace`. */
export class CosmosPace implements Pace {
  readonly #documents: Documents<Turns>;
  readonly #allowances = new Map<string, BurstAllowance>();

  constructor(containers: Containers) {
    this.#documents = new Documents(containers, TURNS_DOCUMENT);
  }

  async turn(request: PaceRequest): Promise<PaceTurn> {
    const now = Date.parse(request.now);
    const allowance = this.#allowanceOf(request.channelId);
    const segments = allowance.segmentsToReserve(request, now);
    if (segments === 0) return { kind: "turn", delaySeconds: 0 };
    const { waitMs, end, taken } = await this.#take({ ...request, segments }, now);
    allowance.recordBacklogEnd(end, taken);
    return taken ? { kind: "turn", delaySeconds: waitMs / 1000 } : { kind: "busy" };
  }

  #allowanceOf(channelId: string): BurstAllowance {
    const allowance = this.#allowances.get(channelId) ?? new BurstAllowance();
    this.#allowances.set(channelId, allowance);
    return allowance;
  }

  /** @returns `taken: false` when the turn is too far off: then nothing is written, and `end` is the current one. */
  #take(request: PaceRequest, now: number): Promise<ReturnType<typeof nextTurn> & { readonly taken: boolean }> {
    const { channelId } = request;
    return retryOnConflict({ what: `pace of channel ${channelId}` }, async () => {
      const stored = await this.#documents.read(channelId, channelId);
      const before = stored?.value.end ?? 0;
      const { waitMs, end } = nextTurn(before, request, now);
      if (waitMs > MAX_WAIT_SECONDS * 1000) return { waitMs, end: before, taken: false };
      const written = stored
        ? await this.#documents.replace(stored, { channelId, end })
        : await this.#documents.create({ channelId, end });
      return typeof written === "string" ? RETRY : { waitMs, end, taken: true };
    });
  }
}
