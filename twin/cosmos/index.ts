export { CosmosDb } from "./cosmos-db.ts";
export type { Fault } from "./faults.ts";
export type { OperationKind } from "./operation.ts";
