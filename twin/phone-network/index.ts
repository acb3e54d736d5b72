export type { OwnedNumber } from "./owned-numbers.ts";
export { PhoneNetwork } from "./phone-network.ts";
