import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { LocalHttpServer } from "./local-http-server.ts";

/** Gives handlers Node's request and response, for what the web standard hides: the exact target and the socket. */
export interface NodeEnv {
  readonly Bindings: HttpBindings;
}

export type NodeContext = Context<NodeEnv>;
export type HttpApp = Hono<NodeEnv>;

/** Enough for any text and any list of recipients. */
const MAX_BODY_BYTES = 1_048_576;

/**
 * Makes a server of several apps.
 * @param name - names the server in error messages.
 * @param apps - the first one with a matching route serves a request.
 * @param log - receives a line for each request that fails by a defect: with its path, and without its query, which can
 * hold a key.
 */
export const makeAppServer = (name: string, apps: readonly HttpApp[], log: (line: string) => void): LocalHttpServer => {
  const root = new Hono<NodeEnv>();
  root.use(async (c, next) => (Number(c.req.header("content-length")) > MAX_BODY_BYTES ? c.body(null, 413) : next()));
  for (const app of apps) root.route("/", app);
  root.onError((error, c) => {
    log(`${c.req.method} ${c.req.path} failed: ${error.stack}`);
    return c.body(null, 500);
  });
  // The globals stay as they are: other parts of the process use them
  const listener = getRequestListener(root.fetch, { overrideGlobalObjects: false });
  return new LocalHttpServer(name, (request, response) => void listener(request, response));
};
