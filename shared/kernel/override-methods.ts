/** Replaces some methods of an object in the result. All others are those of the object. */
export const overrideMethods = <T extends object>(target: T, methods: Partial<T>): T =>
  new Proxy(target, {
    get: (_, name) => {
      const source = Object.hasOwn(methods, name) ? methods : target;
      const value: unknown = Reflect.get(source, name);
      return typeof value === "function" ? value.bind(source) : value;
    },
  });
