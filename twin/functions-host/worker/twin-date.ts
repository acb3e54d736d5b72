/**
 * Replaces this thread's `Date` by one that lives `offset` ahead of the system's time, for the "now" forms only:
 * `Date.now()`, `new Date()` and `Date()`. All other uses are the original's, `instanceof` and subclassing included.
 * @param offset - one number in milliseconds, read at each use: another thread may move it.
 */
export const installTwinDate = (offset: Float64Array): void => {
  const systemDate = Date;
  const now = (): number => Math.floor(systemDate.now() + (offset[0] ?? 0));
  const twinDate = new Proxy(systemDate, {
    apply: () => new systemDate(now()).toString(),
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    get: (target, property, receiver) => (property === "now" ? now : Reflect.get(target, property, receiver)),
  });
  systemDate.prototype.constructor = twinDate; // some libraries ask `value.constructor === Date`
  globalThis.Date = twinDate;
};
