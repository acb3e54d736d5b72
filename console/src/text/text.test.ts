import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createTranslator } from "use-intl/core";
import { describe, expect, it } from "vitest";
import openapi from "../../../docs/openapi.json?raw";
import { MOVES } from "../inbox/actions/moves.ts";
import { GROUPS } from "../inbox/list/groups.ts";
import { COMMANDS } from "../keys/keymap.ts";
import { THEMES } from "../services/preferences.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";

const SRC = join(import.meta.dirname, "..");

/** The texts of a language by their keys, such as "offer.reason.picked". */
const textsOf = (messages: object, prefix = ""): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(messages).flatMap(([name, value]) =>
      typeof value === "string" ? [[prefix + name, value] as const] : [...textsOf(value, `${prefix}${name}.`)],
    ),
  );

const ENGLISH = textsOf(en);
const SPANISH = textsOf(es);
const LANGUAGES = [
  ["English", "en", en, ENGLISH],
  ["Spanish", "es", es, SPANISH],
] as const;

/** The names of the ICU arguments of a text. */
const argumentsOf = (text: string): readonly string[] =>
  [...new Set([...text.matchAll(/\{([a-z]\w*)\s*[,}]/gi)].map(([, name = ""]) => name))].toSorted();

/** Names, and texts that are nothing but arguments. */
const SAME_IN_SPANISH = ["app.name", "thread.announcedText", "transfer.unreachable", "problems.other"];

describe("Spanish", () => {
  it("has the keys of English, in the same order", () => {
    expect([...SPANISH.keys()]).toEqual([...ENGLISH.keys()]);
  });

  it("has the arguments of English in each text", () => {
    const argumentsIn = (texts: ReadonlyMap<string, string>) =>
      Object.fromEntries([...texts].map(([key, text]) => [key, argumentsOf(text)]));
    expect(argumentsIn(SPANISH)).toEqual(argumentsIn(ENGLISH));
  });

  it("has a text of its own for everything but names", () => {
    const same = [...ENGLISH].filter(([key, text]) => SPANISH.get(key) === text).map(([key]) => key);
    expect(same.toSorted()).toEqual(SAME_IN_SPANISH.toSorted());
  });

  it("addresses the person informally", () => {
    expect([...SPANISH.values()].filter((text) => /\b(usted|su sesión|su conexión|vosotros)\b/i.test(text))).toEqual(
      [],
    );
  });
});

describe.each(LANGUAGES)("every text in %s", (_, locale, messages, texts) => {
  const onError = (error: Error) => {
    throw error;
  };
  // Its type knows the arguments of each key; here the key is any.
  const translate = createTranslator({ locale, messages, onError }) as unknown as (
    key: string,
    values: Readonly<Record<string, number>>,
  ) => string;

  it.each([0, 1, 2, 1_000_000])("can be written with the count %d", (count) => {
    for (const [key, text] of texts) {
      const values = Object.fromEntries(argumentsOf(text).map((name) => [name, count]));
      expect(translate(key, values)).not.toMatch(/[{}#]|^$/);
    }
  });
});

/** The source files of the console, without the texts. */
const SOURCES = globSync("**/*.{ts,tsx}", { cwd: SRC, exclude: ["**/*.test.ts", "text/**", "api/schema.d.ts"] }).map(
  (path) => readFileSync(join(SRC, path), "utf8"),
);

/** Families of keys that are computed, so that a search does not find them. */
const COMPUTED: readonly string[] = [
  ...MOVES.flatMap((name) => [`actions.${name}`, `actions.done.${name}`]),
  ...GROUPS.map((name) => `list.${name}`),
  ...THEMES.map((name) => `settings.${name}`),
  ...COMMANDS.map((name) => `keys.${name}`),
  ...[...ENGLISH.keys()].filter((key) =>
    /^(closeReasons|failures|presence|problems|states|thread\.state|waits)\./.test(key),
  ),
];

/** The keys that a source file names, by the namespaces of its translators; `prefixes` begin computed ones. */
const keysIn = (source: string): { readonly keys: readonly string[]; readonly prefixes: readonly string[] } => {
  const namespaces = [...source.matchAll(/(?:useTranslations\((?:"([\w.-]+)")?\)|createTranslator\()/g)].map(
    ([, name]) => name,
  );
  const inNamespaces = (name: string) =>
    namespaces.map((namespace) => (namespace === undefined ? name : `${namespace}.${name}`));
  return {
    keys: [...source.matchAll(/"([\w.-]+)"/g)].flatMap(([, literal = ""]) => inNamespaces(literal)),
    prefixes: [...source.matchAll(/`([\w.-]+\.)\$\{/g)].flatMap(([, prefix = ""]) => inNamespaces(prefix)),
  };
};

describe("the texts in English", () => {
  it("are all shown somewhere", () => {
    const found = SOURCES.map(keysIn);
    const shown = new Set([...COMPUTED, ...found.flatMap(({ keys }) => keys)]);
    const prefixes = found.flatMap((file) => file.prefixes);
    const unused = [...ENGLISH.keys()].filter(
      (key) => !shown.has(key) && !prefixes.some((prefix) => key.startsWith(prefix)),
    );
    expect(unused).toEqual([]);
  });
});

interface Schema {
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** The values that the API's document lists at a path such as "Reply.failure". */
const valuesOf = (path: string): readonly string[] => {
  const schemas: Readonly<Record<string, Schema>> = JSON.parse(openapi).components.schemas;
  const [name = "", ...members] = path.split(".");
  const found = members.reduce<Schema | undefined>((schema, member) => {
    const next = schema?.properties?.[member];
    return next?.items ?? next;
  }, schemas[name]);
  return found?.enum ?? [];
};

/** The names of the problem types in the API's document. */
const PROBLEMS = new Set([...openapi.matchAll(/urn:hilo:problem:([a-z-]+)/g)].map(([, name = ""]) => name));

describe("the texts for values of the API", () => {
  it.each([
    ["states", "Conversation.state"],
    ["closeReasons", "Conversation.closeReason"],
    ["waits", "Wait.obstacle"],
    ["waits", "Wait.excluded.reason"],
    ["offer.reason", "Conversation.routingDecision.chosenBy"],
    ["presence", "Me.presence"],
    ["presence", "Agent.presence"],
    ["thread.state", "Reply.state"],
    ["failures", "Reply.failure"],
  ])("%s has each of %s", (family, path) => {
    const values = valuesOf(path);
    expect(values.length).toBeGreaterThan(1);
    expect([...ENGLISH.keys()]).toEqual(expect.arrayContaining(values.map((value) => `${family}.${value}`)));
  });

  it("problems has each problem type", () => {
    expect(PROBLEMS.size).toBeGreaterThan(20);
    expect(Object.keys(en.problems)).toEqual(expect.arrayContaining([...PROBLEMS]));
  });
});
