import type { HttpMethod } from "@azure/functions";
import * as z from "zod";
import type { Caller, Role } from "../../shared/kernel/caller.ts";
import type { Ports } from "../../shared/kernel/ports.ts";
import { invalid } from "./invalid.ts";
import type { Problem, ProblemName } from "./problem.ts";

export const EVERYBODY = ["Agent", "Supervisor", "Administrator"] as const;
/** Those who answer customers. */
export const AGENTS = ["Agent", "Supervisor"] as const;
export const ADMINISTRATORS = ["Administrator"] as const;

/** What a request consists of: each part's schema, where the route reads that part. */
interface RequestShape {
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** By names in lower case. */
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodType;
}

/** The schema of the body of each status that is no problem. */
export type Responses = Readonly<Record<number, z.ZodType>>;

/** What a handler answers. */
export type Answer<R extends Responses = Responses> = {
  [S in keyof R & number]: {
    readonly status: S;
    readonly body: z.output<R[S]>;
    readonly headers?: Readonly<Record<string, string>>;
    /** Logged with the route's name. Ids only: no text and no phone number. */
    readonly warning?: string;
  };
}[keyof R & number];

/** The parts of a request as they came, before any schema was asked. */
export interface RawRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface RouteFacts {
  /** The function's name: kebab-case, unique. */
  readonly name: string;
  readonly method: HttpMethod;
  /** Below `/api/`, as Azure Functions writes routes. */
  readonly path: string;
  readonly summary: string;
  readonly request: RequestShape;
  /** How a body is written; JSON when not told. */
  readonly accepts?: BodyFormat;
  /** What the API's description says of the body, where its schema depends on more than the body. */
  readonly documentedBody?: z.ZodType;
  /** How an answer that is no problem is written; JSON when not told. */
  readonly produces?: BodyFormat;
  readonly responses: Responses;
  /** The problems that its handler answers with; those of every route are not named. */
  readonly problems: readonly ProblemName[];
}
export type BodyFormat = "json" | "csv";

/** What each format is called in HTTP. Source: RFC 8259 and RFC 4180. */
export const CONTENT_TYPES: Readonly<Record<BodyFormat, string>> = {
  json: "application/json",
  csv: "text/csv",
};

type Reaction<C> = (raw: RawRequest, ports: Ports, caller: C) => Promise<Answer | Problem>;

/** One operation of the API: who may ask for it, what it takes, what it answers. */
export type Route = RouteFacts &
  (
    | { readonly roles: "public"; readonly react: Reaction<Caller | undefined> }
    | { readonly roles: readonly [Role, ...Role[]]; readonly react: Reaction<Caller> }
  );

interface Spec<S extends z.core.$ZodShape, R extends Responses, N extends ProblemName, C> extends RouteFacts {
  readonly request: RequestShape & S;
  readonly responses: R;
  readonly problems: readonly N[];
  handle(request: z.output<z.ZodObject<S>>, ports: Ports, caller: C): Promise<Answer<NoInfer<R>> | Problem<NoInfer<N>>>;
}

/** Makes a route that takes a token with one of the roles. */
export const route = <S extends z.core.$ZodShape, R extends Responses, N extends ProblemName = never>(
  roles: readonly [Role, ...Role[]],
  spec: Spec<S, R, N, Caller>,
): Route => ({ ...spec, roles, react: reactionOf(spec) });

/** Makes a route that strangers may ask for; who sends a good token is known to it all the same. */
export const publicRoute = <S extends z.core.$ZodShape, R extends Responses, N extends ProblemName = never>(
  spec: Spec<S, R, N, Caller | undefined>,
): Route => ({ ...spec, roles: "public", react: reactionOf(spec) });

const reactionOf = <S extends z.core.$ZodShape, R extends Responses, N extends ProblemName, C>(
  spec: Spec<S, R, N, C>,
): Reaction<C> => {
  const schema = z.object<S>(spec.request);
  return async (raw, ports, caller) => {
    const request = schema.safeParse(raw);
    return request.success ? spec.handle(request.data, ports, caller) : invalid(request.error);
  };
};
