import { app, type InvocationContext } from "@azure/functions";
import * as df from "durable-functions";
import { loadConfig } from "../infra/config.ts";
import { buildDeps } from "../infra/container.ts";
import { DurableRoutingClock } from "../infra/durable/durable-routing-clock.ts";
import { QUEUES } from "../infra/service-bus/queues.ts";
import { ADVANCE_ROUTING, ROUTE_WORK_ITEM } from "../shared/routing/routing-workflow.ts";
import { makeDispatch } from "./dispatch.ts";
import { httpHandler } from "./http/http-handler.ts";
import { makeRoutes } from "./http/routes.ts";
import { makeOutboundSms } from "./outbound-sms.ts";
import { patient } from "./patient.ts";
import { makeProviderEvents } from "./provider-events.ts";
import { makeProviderWebhook } from "./provider-webhook.ts";
import { makeAdvanceRouting, routeWorkItem } from "./route-work-item.ts";
import { makeSmsDeliveryReport } from "./sms-delivery-report.ts";
import { makeSmsReceived } from "./sms-received.ts";
import { makeSweep } from "./sweep.ts";
import { makeWorkItems } from "./work-items.ts";

// Every trigger of the app. A bad setting throws here: no function loads, and the host logs why.
const config = loadConfig(process.env);
const deps = buildDeps(config);
const depsFor = (context: InvocationContext) => ({
  ...deps,
  routingClock: new DurableRoutingClock(df.getClient(context)),
});
const extraInputs = [df.input.durableClient()];
const connection = "SERVICE_BUS";

app.eventGrid("sms-received", { handler: makeSmsReceived(depsFor, "acs"), extraInputs });
app.eventGrid("sms-delivery-report", { handler: makeSmsDeliveryReport(depsFor, "acs"), extraInputs });

app.serviceBusQueue("provider-events", {
  queueName: "provider-events",
  connection,
  handler: patient(makeProviderEvents(depsFor, QUEUES["provider-events"].maxDeliveries), deps.wait),
  extraInputs,
});
app.serviceBusQueue("work-items", {
  queueName: "work-items",
  connection,
  handler: patient(makeWorkItems(depsFor), deps.wait),
  extraInputs,
});
app.serviceBusQueue("dispatch", {
  queueName: "dispatch",
  connection,
  isSessionsEnabled: true,
  handler: patient(makeDispatch(depsFor), deps.wait),
  extraInputs,
});
app.serviceBusQueue("outbound-sms", {
  queueName: "outbound-sms",
  connection,
  isSessionsEnabled: true,
  handler: patient(makeOutboundSms(depsFor, QUEUES["outbound-sms"].maxDeliveries), deps.wait),
  extraInputs,
});

df.app.orchestration(ROUTE_WORK_ITEM, routeWorkItem);
df.app.activity(ADVANCE_ROUTING, { handler: makeAdvanceRouting(depsFor), extraInputs });

app.http("provider-webhook", {
  route: "webhooks/{provider}",
  methods: ["POST"],
  authLevel: "anonymous", // providers are known by their signatures
  handler: makeProviderWebhook(deps.providers, config.publicUrl, depsFor),
  extraInputs,
});

app.timer("sweep", { schedule: "0 * * * * *", handler: makeSweep(depsFor), extraInputs });

for (const route of makeRoutes()) {
  app.http(route.name, {
    route: route.path,
    methods: [route.method],
    authLevel: "anonymous", // callers are known by their tokens
    handler: httpHandler(route, { verifier: deps.verifier, depsFor }),
    extraInputs,
  });
}

app.hook.appTerminate(() => deps.close());
