import { COMPUTED, type SourceFile } from "./source-file.ts";

/** The folders that a file of each folder may import from. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  shared: ["shared"],
  infra: ["infra", "shared"],
  functions: ["functions", "shared"],
  twin: ["twin"],
  console: ["console"],
};
/** The composition root, which may know everything that is deployed. */
export const COMPOSITION_ROOT = "functions/main.ts";

/** The source files of the repository. */
export const SOURCE_FILES = [
  "*.ts",
  "{functions,shared,infra,twin,local,bicep,tests}/**/*.ts",
  "console/*.ts",
  "console/src/**/*.{ts,tsx}",
];

/** The name of a package has no extension. */
const OWN_FILE = /\.(?:tsx?|json|css)$/;

/** Libraries that compute, and reach nothing outside the process. */
const PURE_LIBRARIES = [
  "zod",
  "libphonenumber-js/max",
  "sms-segments-calculator",
  "csv-parse/sync",
  "csv-stringify/sync",
  "node:crypto",
];

/** The folders of shared/, in order. A file imports only from its own folder and those above it. */
const SHARED_FOLDERS = [
  "kernel",
  "sms",
  "settings",
  "contact",
  "agent",
  "conversation",
  "consent",
  "routing",
  "sending",
  "intake",
  "records",
  "upkeep",
];

const CONSOLE = "console/src/";

/** The folders of console/src/, in layers. A file imports from its own folder, and from the layers above its own. */
const CONSOLE_LAYERS: readonly (readonly string[])[] = [
  ["storage", "text"],
  ["keys", "ui"],
  ["api", "drafts", "outbox"],
  ["live"],
  ["services", "session"],
  // The features, which do not know each other: parts that several pages show, and the pages.
  ["announce", "attention", "conversation", "presence"],
  ["board", "inbox"],
  ["app"],
];

/** The imports between folders of one layer. */
const CONSOLE_NEIGHBOURS: Readonly<Record<string, string>> = {
  services: "session",
  session: "services",
};

/** The libraries of the console that one folder knows. */
const CONSOLE_LIBRARIES: Readonly<Record<string, string>> = { "openapi-fetch": "api", "oidc-client-ts": "session" };

/** Names the imports that point the wrong way: functions -> shared <- infra, and pure libraries only in shared/. */
export const layerViolations = (files: readonly SourceFile[]): readonly string[] =>
  violations(files, (file, target) => {
    const folder = folderOf(file.path);
    const allowed = LAYERS[folder];
    if (!allowed) return true;
    // Only the twin loads a module whose name it is given: the bundle of the app.
    if (target === COMPUTED) return folder === "twin";
    if (OWN_FILE.test(target)) {
      return allowed.includes(folderOf(target)) || (file.path === COMPOSITION_ROOT && folderOf(target) === "infra");
    }
    return folder !== "shared" || PURE_LIBRARIES.includes(target);
  });

/** Names the imports in shared/ from a folder below one's own, and files in folders that have no place in the order. */
export const folderOrderViolations = (files: readonly SourceFile[]): readonly string[] =>
  violations(files, (file, target) => {
    if (!target.startsWith("shared/") || !file.path.startsWith("shared/")) return true;
    const [own, other] = [placeOf(file.path), placeOf(target)];
    return own >= 0 && other >= 0 && other <= own;
  });

/**
 * Names the imports in console/src/ from a layer below or beside one's own, from the rest of the repository, and of
 * libraries that belong to another folder; imports of console/src/ by the rest of the repository; and sockets outside of
 * live/.
 */
export const consoleViolations = (files: readonly SourceFile[]): readonly string[] => [
  ...violations(files, ({ path }, target) => {
    if (!path.startsWith(CONSOLE)) return !target.startsWith(CONSOLE);
    if (target === COMPUTED) return false;
    if (!OWN_FILE.test(target)) return [undefined, consoleFolderOf(path)].includes(CONSOLE_LIBRARIES[target]);
    return target.startsWith(CONSOLE) && mayKnow(consoleFolderOf(path), consoleFolderOf(target));
  }),
  ...files
    .filter(({ path, opensSockets }) => opensSockets && path.startsWith(CONSOLE) && consoleFolderOf(path) !== "live")
    .map(({ path }) => `${path} opens a socket`),
];

/** Whether a folder of console/src/ may import from another one. Files beside the folders start the page. */
const mayKnow = (folder: string, other: string): boolean => {
  if (folder === other || folder === "") return true;
  const [own, others] = [consoleLayerOf(folder), consoleLayerOf(other)];
  return own >= 0 && others >= 0 && (others < own || CONSOLE_NEIGHBOURS[folder] === other);
};

const consoleLayerOf = (folder: string): number => CONSOLE_LAYERS.findIndex((layer) => layer.includes(folder));

/** The folder of a file in console/src/; empty for a file beside the folders. */
const consoleFolderOf = (path: string): string => {
  const [folder = "", ...rest] = path.slice(CONSOLE.length).split("/");
  return rest.length === 0 ? "" : folder;
};

/** Finds circles of imports, each as the path around it. */
export const importCycles = (files: readonly SourceFile[]): readonly string[] => {
  const importsOf = new Map(files.map(({ path, imports }) => [path, imports]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) cycles.push([...trail.slice(start), path].join(" -> "));
    if (start >= 0 || done.has(path)) return;
    for (const target of importsOf.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of importsOf.keys()) visit(path, []);
  return cycles;
};

/** Names the files of shared/ and functions/ that read the clock, chance or the environment; main.ts may. */
export const impurities = (files: readonly SourceFile[]): readonly string[] =>
  files
    .filter(({ path }) => ["shared", "functions"].includes(folderOf(path)) && path !== COMPOSITION_ROOT)
    .flatMap((file) => file.impurities.map((name) => `${file.path} uses ${name}`));

/** Names the files that can register triggers. */
export const triggerRegistrations = (files: readonly SourceFile[]): readonly string[] =>
  files.filter(({ path, importsApp }) => path.startsWith("functions/") && importsApp).map(({ path }) => path);

const violations = (
  files: readonly SourceFile[],
  isAllowed: (file: SourceFile, target: string) => boolean,
): readonly string[] =>
  files.flatMap((file) =>
    file.imports.filter((target) => !isAllowed(file, target)).map((target) => `${file.path} imports ${target}`),
  );

/** The first folder of a path; the file's name in the root. */
const folderOf = (path: string): string => path.split("/")[0] ?? "";

const placeOf = (path: string): number => SHARED_FOLDERS.indexOf(path.split("/")[1] ?? "");
