export { eventGridRoutes } from "./api-routes.ts";
export { EventGrid } from "./event-grid.ts";
