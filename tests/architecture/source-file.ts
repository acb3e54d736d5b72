import { createRequire } from "node:module";
import { relative } from "node:path";
import { dirname, join } from "node:path/posix";
import { type Argument, parseSync, Visitor } from "oxc-parser";

/** What the architecture rules need to know of a source file. */
export interface SourceFile {
  /** From the root of the repository, such as "shared/kernel/ids.ts". */
  readonly path: string;
  /** Everything that it imports, types included: paths from the root for our own files, names for packages. */
  readonly imports: readonly string[];
  /** Where it reads the clock, chance or the environment, or waits, such as "Date.now". */
  readonly impurities: readonly string[];
  /** Whether it can register triggers: it imports `app`, or everything, from a Functions library. */
  readonly importsApp: boolean;
  /** Whether it opens a connection that the server writes to. */
  readonly opensSockets: boolean;
}

const ROOT = join(import.meta.dirname, "../..");
const { resolve } = createRequire(import.meta.url);
/** The twin's package, which is a workspace of this repository. */
const TWIN = /^azure-twin(?:\/|$)/;

/** Stands for the target of an import that is computed. */
export const COMPUTED = "(computed)";

const FUNCTIONS_LIBRARIES = ["@azure/functions", "durable-functions"];

const SOCKETS = ["WebSocket", "EventSource"];

const IMPURE_MEMBERS = [
  "Date.now",
  "Math.random",
  "performance.now",
  "process.env",
  "process.hrtime",
  "crypto.randomUUID",
  "crypto.getRandomValues",
];
const IMPURE_CALLS = ["Date", "setTimeout", "setInterval", "setImmediate"];
const IMPURE_IMPORTS = ["randomUUID", "randomBytes", "randomInt", "performance", "env"];
const IMPURE_MODULES = ["node:process", "node:timers", "node:timers/promises"];

/**
 * Parses a source file.
 * @throws Error when it has a syntax error.
 */
export const parseSource = (path: string, code: string): SourceFile => {
  const { program, errors } = parseSync(path, code);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const imports: string[] = [];
  const impurities: string[] = [];
  let importsApp = false;
  let opensSockets = false;
  const add = (specifier: string): void => {
    imports.push(targetOf(path, specifier));
    if (IMPURE_MODULES.includes(specifier)) impurities.push(specifier);
  };

  new Visitor({
    ImportDeclaration: ({ source, specifiers, importKind }) => {
      add(source.value);
      for (const specifier of specifiers) {
        const name = importedName(specifier);
        const isType = importKind === "type" || ("importKind" in specifier && specifier.importKind === "type");
        if (isType) continue;
        if (source.value.startsWith("node:") && IMPURE_IMPORTS.includes(name)) impurities.push(name);
        if (FUNCTIONS_LIBRARIES.includes(source.value) && ["app", "*", "default"].includes(name)) importsApp = true;
      }
    },
    ExportNamedDeclaration: ({ source }) => source && add(source.value),
    ExportAllDeclaration: ({ source }) => add(source.value),
    ImportExpression: ({ source }) => add(literalOf(source) ?? COMPUTED),
    TSImportType: ({ source }) => add(source.value),
    TSExternalModuleReference: ({ expression }) => add(expression.value),
    MemberExpression: ({ object, property }) => {
      if (object.type !== "Identifier" || property.type !== "Identifier") return;
      const name = `${object.name}.${property.name}`;
      if (IMPURE_MEMBERS.includes(name)) impurities.push(name);
    },
    NewExpression: ({ callee, arguments: values }) => {
      if (callee.type !== "Identifier") return;
      if (callee.name === "Date" && values.length === 0) impurities.push("new Date()");
      if (SOCKETS.includes(callee.name)) opensSockets = true;
    },
    CallExpression: ({ callee }) => {
      if (callee.type === "Identifier" && IMPURE_CALLS.includes(callee.name)) impurities.push(`${callee.name}()`);
    },
  }).visit(program);

  return { path, imports, impurities, importsApp, opensSockets };
};

/** The file that an import of the file at `path` names, from the root of the repository; the name of another package. */
const targetOf = (path: string, specifier: string): string => {
  if (specifier.startsWith(".")) return join(dirname(path), specifier);
  return TWIN.test(specifier) ? relative(ROOT, resolve(specifier)).replaceAll("\\", "/") : specifier;
};

interface Specifier {
  readonly type: "ImportSpecifier" | "ImportDefaultSpecifier" | "ImportNamespaceSpecifier";
  readonly imported?: { readonly type: string; readonly name?: string; readonly value?: unknown };
}

const importedName = ({ type, imported }: Specifier): string => {
  if (type === "ImportNamespaceSpecifier") return "*";
  if (type === "ImportDefaultSpecifier") return "default";
  return imported?.name ?? String(imported?.value);
};

const literalOf = (source: Argument): string | undefined =>
  source.type === "Literal" && typeof source.value === "string" ? source.value : undefined;
