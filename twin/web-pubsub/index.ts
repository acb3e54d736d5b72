export { WebPubSub } from "./web-pubsub.ts";
