/*
 * The large libraries. The build puts them into a file of their own, which is read when the first of them is wanted:
 * more than half of the code is theirs, and a worker that starts need not wait for it.
 */

export const cosmos = () => import("@azure/cosmos");
export const serviceBus = () => import("@azure/service-bus");
export const communicationSms = () => import("@azure/communication-sms");
export const identity = () => import("@azure/identity");
export const jose = () => import("jose");
