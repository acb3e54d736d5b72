import { expect, it } from "vitest";
import { overrideMethods } from "./override-methods.ts";

class Counter {
  #count = 0;
  add(): number {
    this.#count += 1;
    return this.#count;
  }
  addTwice(): number {
    this.add();
    return this.add();
  }
}

it("replaces a method, and leaves the object as it is", () => {
  const counter = new Counter();
  const tens = overrideMethods(counter, { add: () => counter.add() * 10 });
  expect([tens.add(), counter.add()]).toEqual([10, 2]);
});

it("runs the other methods on the object itself", () => {
  const counter = new Counter();
  const tens = overrideMethods(counter, { add: () => 0 });
  expect([tens.addTwice(), counter.add()]).toEqual([2, 3]);
});
