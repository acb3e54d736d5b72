import { describe, expect, it } from "vitest";
import { DEFAULT_PORTS } from "./environment.ts";
import { readStartOptions } from "./start-options.ts";

describe("the options of npm start", () => {
  it("default to the usual ports and a quiet log", () => {
    expect(readStartOptions([])).toEqual({ ports: DEFAULT_PORTS, isVerbose: false });
  });

  it("move all ports by the offset, except those that are given", () => {
    const options = readStartOptions(["--port-offset", "100", "--cosmos-port", "0"]);
    expect(options?.ports).toEqual({
      functions: 7171,
      serviceBus: 5772,
      cosmos: 0,
      phoneNetwork: 7180,
      webPubSub: 7185,
      identity: 7190,
    });
  });

  it("are undefined when only the help is requested", () => {
    expect(readStartOptions(["--help"])).toBeUndefined();
  });

  it.each([
    [["--cosmos-port", "seven"], "--cosmos-port"],
    [["--cosmos-port", "65536"], "--cosmos-port"],
    [["--cosmos-port", "1.5"], "--cosmos-port"],
    [["--port-offset", "x"], "--port-offset"],
    [["--port-offset", "60000"], "--functions-port"],
    [["--port", "1"], "--port"],
  ])("are refused for %j", (args, named) => {
    expect(() => readStartOptions(args)).toThrow(expect.objectContaining({ name: "UsageError" }));
    expect(() => readStartOptions(args)).toThrow(named);
  });
});
