import type { HttpMethod } from "@azure/functions";
import * as z from "zod";
import type { Caller, Role } from "../../shared/kernel/caller.ts";
import type { MessageId } from "../../shared/kernel/ids.ts";
import type { Ports } from "../../shared/kernel/ports.ts";
import { audited } from "./audited.ts";
import type { Guard } from "./guards.ts";
import { illFormedTexts } from "./ill-formed-texts.ts";
import { invalid } from "./invalid.ts";
import { type Problem, type ProblemName, problem } from "./problem.ts";

/** The beginning of every path of the API. host.json adds none, because the console is beside the API. */
export const API_PREFIX = "api/";

export const ANY_ROLE = ["Agent", "Supervisor", "Administrator"] as const;
/** The roles that answer customers. */
export const AGENTS = ["Agent", "Supervisor"] as const;
export const SUPERVISORS = ["Supervisor"] as const;
export const ADMINISTRATORS = ["Administrator"] as const;
/** The roles that manage agents. */
export const MANAGERS = ["Supervisor", "Administrator"] as const;

/** The schema of each part of a request that the route reads. */
interface RequestShape {
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** By names in lower case. */
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodType;
}

/** The schema of the response body, by status; problems are not in it. */
export type Responses = Readonly<Record<number, z.ZodType>>;

/** A response that is not a problem. */
export type RouteResponse<R extends Responses = Responses> = {
  [S in keyof R & number]: {
    readonly status: S;
    readonly body: z.output<R[S]>;
    readonly headers?: Readonly<Record<string, string>>;
    /** Logged with the route's name. Ids only: no text and no phone number. */
    readonly warning?: string;
    /** The message that the request made, for the log. */
    readonly messageId?: MessageId;
  };
}[keyof R & number];

/** The parts of a request before validation. */
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
  /** Below `/api/`, in the syntax of Azure Functions. */
  readonly path: string;
  /** What the operation does, in the third person. */
  readonly summary: string;
  /** The effect of a repeated request, in the third person, where one need not have an Idempotency-Key. */
  readonly repetition?: string;
  readonly request: RequestShape;
  /** Request body format; defaults to JSON. */
  readonly accepts?: BodyFormat;
  /** The schema of the body for the OpenAPI document, where the schema that validates it depends on more than the body. */
  readonly documentedBody?: z.ZodType;
  /** Response body format; defaults to JSON. */
  readonly produces?: BodyFormat;
  readonly responses: Responses;
  /** Whether the audit records it: what administrators and supervisors change, export and replay. */
  readonly isAudited?: true;
  /** Whether it sends or exports: a caller may do so only so many times a minute. */
  readonly isLimited?: true;
  /** Whether it is no step of a text's way, so that it leaves no line in the log. Others that change a conversation do. */
  readonly isUnlogged?: true;
  /** Whether a response carries the ETag of what it shows. */
  readonly hasETag?: true;
  /** Whether clients poll it: a client may keep the response, and gets a 304 while it has not changed. JSON only. */
  readonly isPolled?: true;
  /** The problems that the handler returns. Those of the guard and of every route are not in it. */
  readonly problems: readonly ProblemName[];
}
export type BodyFormat = "json" | "csv";

/** The media type of each format. Source: RFC 8259 and RFC 4180. */
export const CONTENT_TYPES: Readonly<Record<BodyFormat, string>> = {
  json: "application/json",
  csv: "text/csv",
};

/** Validates a request, checks the guard and runs the handler. */
type Serve<C> = (raw: RawRequest, ports: Ports, caller: C) => Promise<RouteResponse | Problem>;

/** One operation of the API: who may call it, its request and its responses. */
export type Route = RouteFacts &
  (
    | { readonly roles: "public"; readonly guard?: undefined; readonly serve: Serve<Caller | undefined> }
    | {
        readonly roles: readonly [Role, ...Role[]];
        readonly guard?: Pick<Guard, "name" | "allows" | "problems"> | undefined;
        readonly serve: Serve<Caller>;
      }
  );

interface Spec<S extends z.core.$ZodShape, R extends Responses, N extends ProblemName, C> extends RouteFacts {
  readonly request: RequestShape & S;
  readonly responses: R;
  readonly problems: readonly N[];
  /** @param context - the caller, and what the guard loaded. */
  handle(
    request: z.output<z.ZodObject<S>>,
    ports: Ports,
    context: C,
  ): Promise<RouteResponse<NoInfer<R>> | Problem<NoInfer<N>>>;
}

interface GuardedSpec<S extends z.core.$ZodShape, R extends Responses, N extends ProblemName, T extends object>
  extends Spec<S, R, N, { readonly caller: Caller } & T> {
  /** Who of the callers with a role passes; without it, all of them. */
  readonly guard?: Guard<z.output<z.ZodObject<S>>, T>;
}

/** Makes a route for callers with one of the roles. */
export const route = <
  S extends z.core.$ZodShape,
  R extends Responses,
  N extends ProblemName = never,
  T extends object = object,
>(
  roles: readonly [Role, ...Role[]],
  spec: GuardedSpec<S, R, N, T>,
): Route => {
  const parse = requestParser(spec);
  // Without a guard, the handler's context is the caller alone.
  const check = spec.guard?.check ?? (async () => ({}) as T);
  return {
    ...spec,
    roles,
    serve: async (raw, ports, caller) => {
      const request = parse(raw);
      if ("problem" in request) return request;
      const loaded = await check(request.data, ports, caller);
      if ("problem" in loaded) return loaded;
      const handle = () => spec.handle(request.data, ports, { ...loaded, caller });
      return spec.isAudited ? audited(ports, { operation: spec.name, raw, caller }, handle) : handle();
    },
  };
};

/** Makes a route that needs no authentication. A valid token is still resolved to a caller. */
export const publicRoute = <S extends z.core.$ZodShape, R extends Responses, N extends ProblemName = never>(
  spec: Spec<S, R, N, { readonly caller: Caller | undefined }>,
): Route => {
  const parse = requestParser(spec);
  return {
    ...spec,
    roles: "public",
    serve: async (raw, ports, caller) => {
      const request = parse(raw);
      return "problem" in request ? request : spec.handle(request.data, ports, { caller });
    },
  };
};

/** Makes the validation of a route's requests. Query parameters that the route does not know are refused. */
const requestParser = <S extends z.core.$ZodShape>({ request, accepts = "json" }: RouteFacts & { request: S }) => {
  const { query = z.object({}) }: RequestShape = request;
  const schema = z.object<S>({ ...request, query: query.strict() });
  return (raw: RawRequest): { readonly data: z.output<z.ZodObject<S>> } | Problem<"invalid"> => {
    const { params, query: parameters, body } = raw;
    // The lines of a CSV file are refused one by one.
    const errors = [params, parameters, accepts === "json" && body].flatMap(illFormedTexts);
    if (errors.length > 0) return problem("invalid", { errors });
    const parsed = schema.safeParse(raw);
    return parsed.success ? { data: parsed.data } : invalid(parsed.error);
  };
};
