import type { Problem } from "./types.ts";

const PREFIX = "urn:hilo:problem:";

/** The API refused a request, or could not serve it. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }

  /** The name of the problem type, such as "conflict". */
  get type(): string {
    return this.problem.type.startsWith(PREFIX) ? this.problem.type.slice(PREFIX.length) : "unknown";
  }

  /** Whether the same request may succeed later. */
  get isTransient(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

/** The app cannot be reached. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** Whether a request was refused with a problem of this type. */
export const isType = (error: unknown, type: string): boolean => error instanceof ApiProblem && error.type === type;
