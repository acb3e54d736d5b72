export { ServiceBus } from "./service-bus.ts";
