/*
 * The large libraries. The build puts them into a second file, which is loaded when one is first used: they are more
 * than half of the code, and a worker starts faster without them.
 */

export const cosmos = () => import("@azure/cosmos");
export const webPubSub = () => import("@azure/web-pubsub");
export const serviceBus = () => import("@azure/service-bus");
export const communicationSms = () => import("@azure/communication-sms");
export const identity = () => import("@azure/identity");
export const jose = () => import("jose");
