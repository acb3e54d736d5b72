import { describe, expect, it } from "vitest";
import { measureExchange } from "../../local/exchange.ts";

// For one text that goes to an idle agent, its acceptance, one reply and one delivery report together, with the renewal of the
// agent's presence that one of them brings.
const REQUEST_UNITS = 115;
const SERVICE_BUS_MESSAGES = 4;
const DURABLE_ACTIONS = 11;

describe("the cost of a text, its acceptance, a reply and a delivery report", () => {
  it("stays within the budgets for request units, messages and durable actions", async () => {
    const { exchange } = await measureExchange();
    expect(exchange.requestUnits).toBeLessThanOrEqual(REQUEST_UNITS);
    expect(exchange.messages).toBeLessThanOrEqual(SERVICE_BUS_MESSAGES);
    expect(exchange.actions).toBeLessThanOrEqual(DURABLE_ACTIONS);
  });
});
