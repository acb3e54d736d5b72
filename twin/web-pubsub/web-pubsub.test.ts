import { AzureKeyCredential, WebPubSubServiceClient } from "@azure/web-pubsub";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { TwinClock } from "../clock.ts";
import { TestClient } from "./testing/test-client.ts";
import { WebPubSub } from "./web-pubsub.ts";

const OPTIONS = { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } };

/** A running service, and the SDK's client of a hub. */
const start = async () => {
  const clock = new TwinClock();
  const service = new WebPubSub({ clock });
  await service.start(0);
  onTestFinished(() => service.stop());
  const hub = new WebPubSubServiceClient(service.connectionString, "console", OPTIONS);
  const connect = async (options: Parameters<typeof hub.getClientAccessToken>[0], protocols?: readonly string[]) =>
    TestClient.connect((await hub.getClientAccessToken(options)).url, protocols);
  return { clock, service, hub, connect };
};

let twin: Awaited<ReturnType<typeof start>>;
beforeEach(async () => {
  twin = await start();
});

describe("a client", () => {
  it("learns its connection's id and user", async () => {
    const client = await twin.connect({ userId: "ana" });
    expect(await client.frame(1)).toEqual({
      type: "system",
      event: "connected",
      userId: "ana",
      connectionId: expect.stringMatching(/./),
    });
    expect(twin.service.connectedUsers).toEqual(["ana"]);
  });

  it("gets the messages to all, to its user and to the groups of its token", async () => {
    const client = await twin.connect({ userId: "ana", groups: ["support"] });
    await twin.hub.sendToAll({ n: 1 });
    await twin.hub.sendToUser("ana", "two", { contentType: "text/plain" });
    await twin.hub.sendToUser("ben", { n: 0 });
    await twin.hub.group("support").sendToAll({ n: 3 });
    await twin.hub.group("sales").sendToAll({ n: 0 });
    await client.frame(4);
    expect(client.frames.slice(1)).toEqual([
      { type: "message", from: "server", dataType: "json", data: { n: 1 } },
      { type: "message", from: "server", dataType: "text", data: "two" },
      { type: "message", from: "group", group: "support", dataType: "json", data: { n: 3 } },
    ]);
  });

  it("gets the messages whose filter selects it", async () => {
    const ana = await twin.connect({ userId: "ana", groups: ["support"] });
    const ben = await twin.connect({ userId: "ben" });
    await twin.hub.sendToAll({ n: 1 }, { filter: "userId eq 'ben' or 'support' in groups" });
    await twin.hub.sendToAll({ n: 2 }, { filter: "'support' in groups" });
    await Promise.all([ana.frame(3), ben.frame(2)]);
    expect([ana.data, ben.data]).toEqual([[{ n: 1 }, { n: 2 }], [{ n: 1 }]]);
  });

  it("gets nothing of another hub", async () => {
    const client = await twin.connect({ userId: "ana" });
    const other = new WebPubSubServiceClient(twin.service.connectionString, "other", OPTIONS);
    await other.sendToAll({ n: 0 });
    await twin.hub.sendToAll({ n: 1 });
    await client.frame(2);
    expect(client.data).toEqual([{ n: 1 }]);
  });

  it("gets the bare data without the subprotocol", async () => {
    const client = await twin.connect({ userId: "ana" }, []);
    await twin.hub.sendToAll({ n: 1 });
    expect(await client.frame(1)).toEqual({ n: 1 });
  });

  it("gets a pong for a ping", async () => {
    const client = await twin.connect({ userId: "ana" });
    client.send({ type: "ping" });
    expect(await client.frame(2)).toEqual({ type: "pong" });
  });

  it.each([
    ["joinGroup", "webpubsub.joinLeaveGroup"],
    ["leaveGroup", "webpubsub.joinLeaveGroup"],
    ["sendToGroup", "webpubsub.sendToGroup"],
  ])("may not %s without the role %s", async (type, role) => {
    const client = await twin.connect({ userId: "ana", groups: ["support"] });
    client.send({ type, group: "support", ackId: 7, dataType: "json", data: {} });
    const error = { name: "Forbidden", message: expect.stringContaining(role) };
    expect(await client.frame(2)).toEqual({ type: "ack", ackId: 7, success: false, error });
    await twin.hub.group("support").sendToAll({ n: 1 });
    await client.frame(3);
    expect(client.data).toEqual([{ n: 1 }]);
  });

  it("joins, sends to and leaves a group with the roles for it", async () => {
    const roles = ["webpubsub.joinLeaveGroup.support", "webpubsub.sendToGroup"];
    const client = await twin.connect({ userId: "ana", roles });
    client.send({ type: "joinGroup", group: "support", ackId: 1 });
    client.send({ type: "sendToGroup", group: "support", dataType: "json", data: { n: 1 } });
    client.send({ type: "leaveGroup", group: "support", ackId: 2 });
    await client.frame(4);
    expect(client.frames.slice(1)).toEqual([
      { type: "ack", ackId: 1, success: true },
      { type: "message", from: "group", group: "support", fromUserId: "ana", dataType: "json", data: { n: 1 } },
      { type: "ack", ackId: 2, success: true },
    ]);
  });

  it.each([[{ type: "event", event: "hello" }, ["json.webpubsub.azure.v1"]] as const, [{ n: 1 }, []] as const])(
    "is closed after a frame that the twin does not support: %j",
    async (frame, protocols) => {
      const client = await twin.connect({ userId: "ana" }, protocols);
      client.send(frame);
      expect(await client.closed()).toBe(1003);
    },
  );

  it("is closed with a reason", async () => {
    const client = await twin.connect({ userId: "ana" });
    expect(await twin.hub.userExists("ana")).toBe(true);
    await twin.hub.closeUserConnections("ana", { reason: "signed out" });
    expect(await client.closed()).toBe(1008);
    expect(client.frames[1]).toEqual({ type: "system", event: "disconnected", message: "signed out" });
    expect(await twin.hub.userExists("ana")).toBe(false);
  });
});

describe("the handshake", () => {
  it("refuses a token that has expired by the twin's clock", async () => {
    const { url } = await twin.hub.getClientAccessToken({ userId: "ana", expirationTimeInMinutes: 60 });
    twin.clock.advance(3_601_000);
    await expect(TestClient.connect(url)).rejects.toThrow("401");
  });

  it("refuses a token of another hub", async () => {
    const { url } = await twin.hub.getClientAccessToken({ userId: "ana" });
    await expect(TestClient.connect(url.replace("hubs/console", "hubs/other"))).rejects.toThrow("401");
  });

  it("refuses a token that is signed with another key, and none at all", async () => {
    const stranger = new WebPubSubServiceClient(twin.service.url, new AzureKeyCredential("key"), "console", OPTIONS);
    const { url } = await stranger.getClientAccessToken({ userId: "ana" });
    await expect(TestClient.connect(url)).rejects.toThrow("401");
    await expect(TestClient.connect(url.split("?")[0] ?? "")).rejects.toThrow("401");
  });

  it("refuses a subprotocol that the twin does not have, and another path", async () => {
    const { url } = await twin.hub.getClientAccessToken({ userId: "ana" });
    await expect(TestClient.connect(url, ["json.reliable.webpubsub.azure.v1"])).rejects.toThrow("400");
    await expect(TestClient.connect(url.replace("/client/", "/other/"))).rejects.toThrow("404");
  });
});

describe("a request of the app", () => {
  it("is refused when it is signed with another key", async () => {
    const stranger = new WebPubSubServiceClient(twin.service.url, new AzureKeyCredential("key"), "console", OPTIONS);
    await expect(stranger.sendToAll({})).rejects.toMatchObject({ statusCode: 401 });
  });

  it("is refused an hour after it was signed", async () => {
    let authorization = "";
    const onResponse = ({ request }: { request: { headers: { get(name: string): string | undefined } } }) => {
      authorization = request.headers.get("authorization") ?? "";
    };
    await twin.hub.sendToAll({ n: 1 }, { onResponse });
    const again = () =>
      fetch(`${twin.service.url}/api/hubs/console/:send?api-version=2024-12-01`, {
        method: "POST",
        headers: { authorization, "content-type": "application/json" },
        body: "{}",
      });
    expect((await again()).status).toBe(202);
    twin.clock.advance(3_601_000);
    expect((await again()).status).toBe(401);
  });

  it.each([
    ["a filter", { filter: "userId ne 'ana'" }, 400],
    ["a parameter", { messageTtlSeconds: 60 }, 501],
    ["a content type", { contentType: "application/octet-stream" }, 501],
  ] as const)("fails when the twin does not support %s", async (_, options, statusCode) => {
    const message = "contentType" in options ? new Uint8Array([1]).buffer : {};
    const sent = twin.hub.sendToAll(message as never, options as never);
    await expect(sent).rejects.toMatchObject({ statusCode });
  });

  it("fails when the twin does not support the operation", async () => {
    const added = twin.hub.group("support").addUser("ana");
    await expect(added).rejects.toMatchObject({ statusCode: 501 });
  });
});

describe("an outage", () => {
  it("breaks the connections of a service that stops, and accepts them after it has started again", async () => {
    const client = await twin.connect({ userId: "ana" });
    const port = Number(new URL(twin.service.url).port);
    await Promise.all([client.closed(), twin.service.stop()]);
    await twin.service.start(port);
    const second = await twin.connect({ userId: "ana" });
    await twin.hub.sendToAll({ n: 1 });
    await second.frame(2);
    expect(second.data).toEqual([{ n: 1 }]);
  });

  it("drops the connections, and refuses new ones", async () => {
    const client = await twin.connect({ userId: "ana" });
    twin.service.faults.refuseConnections = true;
    twin.service.dropConnections();
    expect(await client.closed()).toBe(1006);
    await expect(twin.connect({ userId: "ana" })).rejects.toThrow("503");
  });

  it("responds 503 to the app", async () => {
    twin.service.faults.requests = "unavailable";
    await expect(twin.hub.sendToAll({})).rejects.toMatchObject({ statusCode: 503 });
  });

  it("lets the app wait, and is idle then", async () => {
    twin.service.faults.requests = "hanging";
    const sent = twin.hub.sendToAll({}, { abortSignal: AbortSignal.timeout(200) });
    await expect(sent).rejects.toMatchObject({ name: "AbortError" });
    expect(twin.service.isIdle()).toBe(true);
  });

  it("keeps a connection whose token has expired", async () => {
    const client = await twin.connect({ userId: "ana" });
    twin.clock.advance(3_601_000);
    client.send({ type: "ping" });
    expect(await client.frame(2)).toEqual({ type: "pong" });
  });

  it("closes a connection whose token has expired, by a fault", async () => {
    const client = await twin.connect({ userId: "ana" });
    await client.frame(1);
    twin.service.faults.closeExpiredConnections = true;
    twin.clock.advance(3_601_000);
    expect(await client.closed()).toBe(1008);
  });
});
