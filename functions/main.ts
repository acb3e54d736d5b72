import { setTimeout } from "node:timers/promises";
import { app } from "@azure/functions";
import * as df from "durable-functions";
import { loadConfig } from "../infra/config/config.ts";
import { buildContainer } from "../infra/container.ts";
import { DurableRoutingWorkflow } from "../infra/durable/durable-routing-workflow.ts";
import { QUEUES, type QueueName } from "../infra/service-bus/queues.ts";
import { liveOriginOf } from "../infra/web-pubsub/endpoint.ts";
import type { Ports } from "../shared/kernel/ports.ts";
import { ADVANCE_ROUTING, ROUTE_WORK_ITEM } from "../shared/routing/routing-workflow.ts";
import { makeAcsEvent } from "./acs-event.ts";
import { makeConsole } from "./console.ts";
import { makeDispatch } from "./dispatch.ts";
import { httpHandler } from "./http/http-handler.ts";
import { API_PREFIX } from "./http/route.ts";
import { makeRoutes } from "./http/routes.ts";
import { withDefectLog } from "./invocation/defect-log.ts";
import type { PerInvocation } from "./invocation/per-invocation.ts";
import { type QueueHandler, withPostponement } from "./invocation/postpone.ts";
import { traceParentOf } from "./invocation/trace.ts";
import { makeOutboundSms } from "./outbound-sms.ts";
import { makeProviderEvents } from "./provider-events.ts";
import { makeProviderWebhook } from "./provider-webhook.ts";
import { makeAdvanceRouting, routeWorkItem } from "./route-work-item.ts";
import { makeSweep } from "./sweep.ts";
import { makeWorkItems } from "./work-items.ts";

// Every trigger of the app. A bad setting throws here: no function loads, and the host logs why.
const config = loadConfig(process.env);
const container = buildContainer(config);
const { now, providers } = container.ports;
const wait = (seconds: number): Promise<void> => setTimeout(seconds * 1000);
const portsFor: PerInvocation<Ports> = (context, traceParent = traceParentOf(context)) => ({
  ...container.ports,
  ...container.queuesFor(traceParent),
  routingWorkflow: new DurableRoutingWorkflow(df.getClient(context), traceParent),
});
const extraInputs = [df.input.durableClient()];
const connection = "SERVICE_BUS";

/** The sweep repairs what a dead-lettered job was to do. */
const JOB_RETRY_SECONDS = 900;

const serviceBusQueue = (queueName: QueueName, handler: QueueHandler, retrySeconds = JOB_RETRY_SECONDS): void =>
  app.serviceBusQueue(queueName, {
    queueName,
    connection,
    isSessionsEnabled: QUEUES[queueName].sessions,
    handler: withPostponement(withDefectLog(handler), {
      retrySeconds,
      send: (copy) => container.sendToQueue({ queue: queueName, ...copy }),
      now,
      wait,
    }),
    extraInputs,
  });

app.eventGrid("sms-received", { handler: withDefectLog(makeAcsEvent(portsFor, "sms-received")), extraInputs });
app.eventGrid("sms-delivery-report", {
  handler: withDefectLog(makeAcsEvent(portsFor, "sms-delivery-report")),
  extraInputs,
});

// The event is stored only in its message, so it is retried until it is processed.
serviceBusQueue("provider-events", makeProviderEvents(portsFor), Number.POSITIVE_INFINITY);
serviceBusQueue("work-items", makeWorkItems(portsFor));
serviceBusQueue("dispatch", makeDispatch(portsFor));
serviceBusQueue("outbound-sms", makeOutboundSms(portsFor));

df.app.orchestration(ROUTE_WORK_ITEM, routeWorkItem);
df.app.activity(ADVANCE_ROUTING, { handler: withDefectLog(makeAdvanceRouting(portsFor)), extraInputs });

app.http("provider-webhook", {
  route: `${API_PREFIX}webhooks/{provider}`,
  methods: ["POST"],
  authLevel: "anonymous", // providers are known by their signatures
  handler: withDefectLog(makeProviderWebhook(providers, config.publicUrl, portsFor)),
  extraInputs,
});

app.http("console", {
  route: "console/{*path}",
  methods: ["GET"],
  authLevel: "anonymous", // the page contains no data; its users sign in
  handler: withDefectLog(
    makeConsole({
      files: container.consoleFiles,
      signIn: container.ports.signIn,
      liveOrigin: liveOriginOf(config.webPubSub),
    }),
  ),
});

app.timer("sweep", { schedule: "0 * * * * *", handler: makeSweep(portsFor), extraInputs });

for (const route of makeRoutes()) {
  app.http(route.name, {
    route: `${API_PREFIX}${route.path}`,
    methods: [route.method],
    authLevel: "anonymous", // callers are known by their tokens
    handler: httpHandler(route, { tokenVerifier: container.tokenVerifier, portsFor }),
    extraInputs,
  });
}

app.hook.appTerminate(() => container.close());
