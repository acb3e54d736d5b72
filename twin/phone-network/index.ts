export { acsConnectionString } from "./acs/account.ts";
export type { OwnedNumber } from "./owned-numbers.ts";
export { PhoneNetwork } from "./phone-network.ts";
export { TELESIGN_ACCOUNT } from "./telesign/account.ts";
export { TWILIO_ACCOUNT } from "./twilio/account.ts";
