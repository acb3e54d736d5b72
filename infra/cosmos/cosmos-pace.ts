import { RETRY, retryOnConflict } from "../../shared/kernel/retry-on-conflict.ts";
import { BurstAllowance, nextTurn, type Pace, type PaceRequest } from "../../shared/sms/pace.ts";
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

  async reserve(request: PaceRequest): Promise<number> {
    const now = Date.parse(request.now);
    const allowance = this.#allowanceOf(request.channelId);
    const segments = allowance.segmentsToReserve(request, now);
    if (segments === 0) return 0;
    const { waitMs, end } = await this.#take({ ...request, segments }, now);
    allowance.recordBacklogEnd(end);
    return waitMs / 1000;
  }

  #allowanceOf(channelId: string): BurstAllowance {
    const allowance = this.#allowances.get(channelId) ?? new BurstAllowance();
    this.#allowances.set(channelId, allowance);
    return allowance;
  }

  #take(request: PaceRequest, now: number): Promise<ReturnType<typeof nextTurn>> {
    const { channelId } = request;
    return retryOnConflict({ what: `pace of channel ${channelId}` }, async () => {
      const stored = await this.#documents.read(channelId, channelId);
      const turn = nextTurn(stored?.value.end ?? 0, request, now);
      const { end } = turn;
      const written = stored
        ? await this.#documents.replace(stored, { channelId, end })
        : await this.#documents.create({ channelId, end });
      return typeof written === "string" ? RETRY : turn;
    });
  }
}
