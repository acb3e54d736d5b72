import { describe, expect, it } from "vitest";
import { Commands } from "./commands.ts";

describe("commands", () => {
  it("can be run while they are offered", () => {
    const commands = new Commands();
    let runs = 0;
    const withdraw = commands.offer("park", () => runs++);
    expect(commands.run("park")).toBe(true);
    withdraw();
    expect(commands.run("park")).toBe(false);
    expect(runs).toBe(1);
  });

  it("are listed in the order of the keys", () => {
    const commands = new Commands();
    for (const name of ["end", "menu", "park"] as const) commands.offer(name, () => undefined);
    expect(commands.available).toEqual(["menu", "park", "end"]);
    expect(commands.available).toBe(commands.available);
  });

  it("belong to the part of the page that offered them last", () => {
    const commands = new Commands();
    const run: string[] = [];
    const withdrawFirst = commands.offer("reply", () => run.push("first"));
    commands.offer("reply", () => run.push("second"));
    withdrawFirst();
    commands.run("reply");
    expect(run).toEqual(["second"]);
  });

  it("say that they have changed", () => {
    const commands = new Commands();
    const seen: unknown[] = [];
    const unsubscribe = commands.subscribe(() => seen.push(commands.available));
    const withdraw = commands.offer("end", () => undefined);
    withdraw();
    unsubscribe();
    commands.offer("end", () => undefined);
    expect(seen).toEqual([["end"], []]);
  });
});
