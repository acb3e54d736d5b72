import type { Binding, InvocationResult, Invoker, RegisteredFunction, TypedData } from "../invocation.ts";

/** Records invocations of one function, without an app: it sees what the library does not show to a handler. */
export class RecordingInvoker implements Invoker {
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  readonly invocations: {
    readonly input: TypedData;
    readonly triggerMetadata: Record<string, TypedData> | undefined;
  }[] = [];

  /** @param trigger - the type and the settings of the function's trigger. */
  constructor(name: string, trigger: { readonly type: string; readonly [setting: string]: unknown }) {
    const binding: Binding = { name: "trigger", direction: "in", ...trigger };
    this.functions = new Map([[name.toLowerCase(), { name, bindings: { trigger: binding } }]]);
  }

  async invoke(_: string, input: TypedData, triggerMetadata?: Record<string, TypedData>): Promise<InvocationResult> {
    this.invocations.push({ input, triggerMetadata });
    return { returnValue: undefined, outputData: [] };
  }
}
