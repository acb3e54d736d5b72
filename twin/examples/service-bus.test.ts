import { ServiceBusClient } from "@azure/service-bus";
import { TwinClock } from "azure-twin/clock";
import { ServiceBus } from "azure-twin/service-bus";
import { expect, it, onTestFinished } from "vitest";

it("redelivers a message when its lock has expired", async () => {
  const clock = new TwinClock();
  const bus = new ServiceBus({ clock, queues: [{ name: "orders", lockDurationSeconds: 60 }] });
  await bus.start(0); // 0 stands for any free port
  onTestFinished(() => bus.stop());

  const client = new ServiceBusClient(bus.connectionString); // the unmodified SDK
  onTestFinished(() => client.close());
  await client.createSender("orders").sendMessages({ body: "one" });
  const receiver = client.createReceiver("orders");
  const [first] = await receiver.receiveMessages(1);

  clock.advance(60_000); // one minute, without waiting
  const [second] = await receiver.receiveMessages(1);
  expect([first?.deliveryCount, second?.deliveryCount]).toEqual([0, 1]);
});
