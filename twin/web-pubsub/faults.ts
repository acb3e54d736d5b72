/** Faults of the service. They apply until they are set back. */
export class Faults {
  /** Refuses new connections of clients with 503. */
  refuseConnections = false;
  /** `unavailable` responds 503 to requests of the app; `hanging` does not respond until the client gives up. */
  requests: "served" | "unavailable" | "hanging" = "served";
  /** Closes a connection when its token expires. Whether Azure does so is not documented. */
  closeExpiredConnections = false;
}
