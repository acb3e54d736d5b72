import type { InvocationContext } from "@azure/functions";
import { describeError } from "../../shared/kernel/errors.ts";
import { logLevelOf } from "./errors.ts";

type Handler<Input, Output> = (input: Input, context: InvocationContext) => Output | Promise<Output>;

/** Logs an error that lasts until a person corrects it, such as a defect, before it escapes to the host. */
export const withDefectLog =
  <Input, Output>(handler: Handler<Input, Output>): ((input: Input, context: InvocationContext) => Promise<Output>) =>
  async (input, context) => {
    try {
      return await handler(input, context);
    } catch (error) {
      if (logLevelOf(error) === "error") context.error(`${context.functionName} failed: ${describeError(error)}`);
      throw error;
    }
  };
