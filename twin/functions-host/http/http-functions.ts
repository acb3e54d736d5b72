import { functionsTriggeredBy } from "../function-bindings.ts";
import type { Binding, Invoker, RegisteredFunction } from "../invocation.ts";
import { type AccessKeys, hasKey } from "./access-keys.ts";
import { fromHttpResult, toHttpInput, toHttpMetadata } from "./http-data.ts";
import type { HostRequest, HostResponse } from "./http-messages.ts";
import { compareRoutes, matchRoute, parseRoute, type RouteTemplate, routeShape } from "./route-template.ts";

interface Route {
  readonly functionName: string;
  /** Includes the route prefix. */
  readonly template: RouteTemplate;
  /** In upper case. */
  readonly methods: readonly string[];
  readonly authLevel: string;
}

const keyFor = { function: "functionKey", admin: "masterKey" } as const;

/** Routes requests to the functions with HTTP triggers. */
export class HttpFunctions {
  readonly #routes: readonly Route[];
  readonly #invoker: Invoker;
  readonly #keys: AccessKeys;

  /**
   * @throws Error when a route is invalid, shadows a path of the host, or belongs to two functions.
   */
  constructor(options: { invoker: Invoker; routePrefix: string; keys: AccessKeys }) {
    this.#invoker = options.invoker;
    this.#keys = options.keys;
    this.#routes = functionsTriggeredBy(options.invoker.functions.values(), "httpTrigger")
      .map(({ fn, trigger }) => toRoute(fn, trigger, options.routePrefix))
      .sort((one, other) => compareRoutes(one.template, other.template));
    requireDistinct(this.#routes);
  }

  /** @returns undefined when no route matches. @throws the error of the function. */
  async handle(request: HostRequest): Promise<HostResponse | undefined> {
    const path = segmentsOf(request.url.pathname);
    if (path.includes("")) return undefined;
    for (const route of this.#routes) {
      const params = route.methods.includes(request.method) ? matchRoute(route.template, path) : undefined;
      if (params) return this.#call(route, request, params);
    }
    return undefined;
  }

  async #call(route: Route, request: HostRequest, params: Record<string, string>): Promise<HostResponse> {
    const required = keyFor[route.authLevel as keyof typeof keyFor];
    if (required && !hasKey(request, required, this.#keys)) return { status: 401 };
    const input = toHttpInput(request, params);
    return fromHttpResult(await this.#invoker.invoke(route.functionName, input, toHttpMetadata(request, params)));
  }
}

/** The segments of a path; a slash at the end does not begin another one. Source: `PathTokenizer` of ASP.NET Core. */
const segmentsOf = (pathname: string): string[] =>
  pathname === "/" ? [] : pathname.slice(1).replace(/\/$/, "").split("/");

const toRoute = (fn: RegisteredFunction, trigger: Binding, prefix: string): Route => {
  const own = typeof trigger.route === "string" ? trigger.route : fn.name;
  const template = [...parseRoute(prefix), ...parseRoute(own)];
  const [first] = template;
  if (first?.kind === "literal" && /^(?:admin|runtime)$/i.test(first.text)) {
    throw new Error(`Function "${fn.name}": the route "${own}" shadows a path of the host.`);
  }
  const methods = Array.isArray(trigger.methods) ? trigger.methods.map((method) => String(method).toUpperCase()) : [];
  return { functionName: fn.name, template, methods, authLevel: String(trigger.authLevel).toLowerCase() };
};

const requireDistinct = (routes: readonly Route[]): void => {
  const owners = new Map<string, string>();
  for (const { functionName, template, methods } of routes) {
    for (const method of methods) {
      const claim = `${method} /${routeShape(template)}`;
      const owner = owners.get(claim);
      if (owner) throw new Error(`Functions "${owner}" and "${functionName}" have the same route ${claim}.`);
      owners.set(claim, functionName);
    }
  }
};
