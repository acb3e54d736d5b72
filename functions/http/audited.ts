import type { Caller } from "../../shared/kernel/caller.ts";
import type { Ports } from "../../shared/kernel/ports.ts";
import type { AuditResult } from "../../shared/records/audit.ts";
import { recordChange } from "../../shared/records/record-change.ts";
import type { Problem } from "./problem.ts";

/** A request, which the route's schemas have accepted. */
interface Raw {
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What a handler returns. */
type Handled = { readonly body: unknown } | Problem;

interface AuditedRequest {
  /** The name of the route. */
  readonly operation: string;
  readonly raw: Raw;
  readonly caller: Caller;
}

/** Runs a handler, and records it in the audit when the caller is an administrator or a supervisor. */
export const audited = <R extends Handled>(
  ports: Ports,
  { operation, raw, caller }: AuditedRequest,
  handle: () => Promise<R>,
): Promise<R> => {
  if (!caller.roles.some((role) => role !== "Agent")) return handle();
  const change = { caller, operation, target: raw.params, members: membersOf(raw.body) };
  return recordChange(ports, change, { make: handle, resultOf: (made) => resultOf(raw, made) });
};

/** The form of our members. A body that a handler is still to check may have others, which may say anything. */
const MEMBER = /^[a-z][A-Za-z]{0,40}$/;

const membersOf = (body: unknown): string[] =>
  typeof body === "object" && body !== null ? Object.keys(body).filter((name) => MEMBER.test(name)) : [];

const resultOf = ({ params }: Raw, made: Handled): AuditResult => {
  if ("problem" in made) return { outcome: "refused", target: params };
  const { body } = made;
  const createdId = typeof body === "object" && body !== null && "id" in body ? body.id : undefined;
  const isCreated = params.id === undefined && typeof createdId === "string";
  return { outcome: "done", target: isCreated ? { ...params, createdId } : params };
};
