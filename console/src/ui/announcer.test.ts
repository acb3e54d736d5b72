import { describe, expect, it } from "vitest";
import { Announcer } from "./announcer.ts";

/** An announcer whose time the test makes pass. */
const open = () => {
  const said: string[] = [];
  let timers: (() => void)[] = [];
  const delays: number[] = [];
  const announcer = new Announcer({
    say: (text, urgency) => said.push(urgency === "assertive" ? `! ${text}` : text),
    schedule: (action, ms) => {
      timers.push(action);
      delays.push(ms);
    },
    summarise: (count) => `${count} more`,
  });
  const pass = () => {
    const ended = timers;
    timers = [];
    for (const action of ended) action();
  };
  return { announcer, said, delays, pass };
};

describe("an announcer", () => {
  it("says the first text at once, and the next ones in order after two seconds each", () => {
    const { announcer, said, delays, pass } = open();
    for (const text of ["one", "two", "three"]) announcer.announce(text);
    expect(said).toEqual(["one"]);
    pass();
    expect(said).toEqual(["one", "two"]);
    pass();
    expect(said).toEqual(["one", "two", "three"]);
    expect(delays).toEqual([2_000, 2_000, 2_000]);
  });

  it("says at once what comes after a pause", () => {
    const { announcer, said, pass } = open();
    announcer.announce("one");
    pass();
    pass();
    announcer.announce("two");
    expect(said).toEqual(["one", "two"]);
  });

  it("says urgent texts before those that wait", () => {
    const { announcer, said, pass } = open();
    announcer.announce("one");
    announcer.announce("two");
    announcer.announce("offer", "assertive");
    expect(said).toEqual(["one", "! offer"]);
    pass();
    expect(said).toEqual(["one", "! offer", "two"]);
  });

  it("summarises more than five that wait", () => {
    const { announcer, said, pass } = open();
    for (let index = 0; index < 20; index++) announcer.announce(`text ${index}`);
    pass();
    pass();
    expect(said).toEqual(["text 0", "19 more"]);
  });

  it("says each of five that wait", () => {
    const { announcer, said, pass } = open();
    for (let index = 0; index < 6; index++) announcer.announce(`text ${index}`);
    for (let index = 0; index < 6; index++) pass();
    expect(said).toEqual(["text 0", "text 1", "text 2", "text 3", "text 4", "text 5"]);
  });

  it("goes on after a summary", () => {
    const { announcer, said, pass } = open();
    for (let index = 0; index < 20; index++) announcer.announce(`text ${index}`);
    pass();
    announcer.announce("last");
    pass();
    expect(said.at(-1)).toBe("last");
  });
});
