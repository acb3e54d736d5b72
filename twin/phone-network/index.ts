export type { OwnedNumberInput } from "./owned-numbers.ts";
export { PhoneNetwork, type PhoneNetworkOptions } from "./phone-network.ts";
